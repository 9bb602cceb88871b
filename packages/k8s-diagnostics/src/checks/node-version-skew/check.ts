import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** Source: https://kubernetes.io/releases/version-skew-policy */
const OLDEST = 3;

export const nodeVersionSkew = defineCheck({
  id: "node_version_skew",
  title: "Kubelet is too old or too new for the API server",
  when: "the kubelet of a Node is more than three minor versions older than the API server, or newer; the API server's version is that of its Pod's image, else of the kubelets of the control plane",
  severity: "low",
  level: "symptom",
  reads: ["nodes", "pods"],
  run: ({ objects }) => {
    const server = serverVersion(objects);
    if (!server) return [];
    return objects.nodes.all.flatMap((node) => {
      const version = node.status?.nodeInfo?.kubeletVersion ?? "";
      const minor = minorOf(version);
      if (minor === undefined) return [];
      const isOld = server.minor - minor > OLDEST;
      const isNew = minor > server.minor;
      if (!isOld && !isNew) return [];
      const object = refOf(node);
      return [
        {
          object,
          title: `The kubelet of ${nameOf(object)} is ${isOld ? "too old" : "newer than allowed"} for the API server`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.nodeInfo.kubeletVersion", version),
            server.evidence,
          ] as const,
          remedies: [
            {
              step: isOld
                ? `Upgrade the kubelet of ${nameOf(object)}: it may be at most three minor versions older than the API server.`
                : "Upgrade the control plane first: a kubelet may not be newer than the API server.",
            },
          ],
        },
      ];
    });
  },
});

interface ServerVersion {
  readonly minor: number;
  readonly evidence: Evidence;
}

/** The oldest of several API servers counts. */
function serverVersion(objects: Pick<Objects, "nodes" | "pods">): ServerVersion | undefined {
  const servers = objects.pods
    .in("kube-system")
    .filter(({ metadata }) => metadata.labels?.component === "kube-apiserver");
  const fromPods = servers.flatMap((pod) => {
    const image = pod.spec?.containers[0]?.image ?? "";
    const minor = minorOf(/:(v1\.\d{1,3}\.\d{1,3})/.exec(image)?.[1] ?? "");
    const evidence = fieldEvidence(refOf(pod), "spec.containers[kube-apiserver].image", image);
    return minor === undefined ? [] : [{ minor, evidence }];
  });
  const fromNodes = objects.nodes.all.filter(isControlPlane).flatMap((node) => {
    const version = node.status?.nodeInfo?.kubeletVersion ?? "";
    const minor = minorOf(version);
    const evidence = fieldEvidence(refOf(node), "status.nodeInfo.kubeletVersion", version);
    return minor === undefined ? [] : [{ minor, evidence }];
  });
  const known = fromPods.length > 0 ? fromPods : fromNodes;
  return known.toSorted((a, b) => a.minor - b.minor)[0];
}

function isControlPlane({ metadata }: ObjectOf<"nodes">): boolean {
  return metadata.labels?.["node-role.kubernetes.io/control-plane"] !== undefined;
}

function minorOf(version: string): number | undefined {
  const minor = /^v1\.(\d{1,3})\./.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

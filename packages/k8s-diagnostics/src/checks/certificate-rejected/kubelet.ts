import type { Evidence, Finding, Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import type { LoggedTrouble } from "../../kube/logs/failing-logs.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** The port of the kubelet's HTTPS server. */
const KUBELET = /https:\/\/[^\s/"\\]{1,253}:10250\//;
const INSECURE = "--kubelet-insecure-tls";
/** Arguments that may stand in a patch. */
const ARGUMENT = /^--?[-A-Za-z0-9._/=,:]{1,200}$/;

/** Whether a line tells of a request to a kubelet. */
export function asksKubelet(text: string): boolean {
  return KUBELET.test(text.slice(0, 4_000));
}

/**
 * A kubelet signs its serving certificate itself unless told otherwise, so that nobody can check it.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-tls-bootstrapping/#certificate-rotation
 */
export function kubeletFinding(place: Place, { text, confidence }: LoggedTrouble, said: Evidence): Finding {
  const lacksAddress = /IP SANs/.test(text);
  const workload = nameOf(place.workload);
  return containerCause(place, {
    title: lacksAddress
      ? `Container ${place.name} of ${workload} rejects the kubelets' serving certificates (x509): they hold no IP SANs`
      : `Container ${place.name} of ${workload} rejects the kubelets' serving certificates (x509)`,
    confidence,
    evidence: [said, fieldEvidence(place.workload, `${place.field}.args`, place.spec.args)],
    details: { container: place.name, problem: lacksAddress ? "wrong_name" : "untrusted", host: "kubelet" },
    remedies: [
      {
        step: "Let the kubelets have certificates of the cluster's authority: serverTLSBootstrap: true in their configuration, then approve their CertificateSigningRequests of kubernetes.io/kubelet-serving: kubectl certificate approve.",
      },
      ...insecure(place),
    ],
  });
}

/** Only metrics-server has the option. */
function insecure(place: Place): readonly Remedy[] {
  const { args = [], image = "" } = place.spec;
  if (!image.includes("metrics-server") || args.includes(INSECURE)) return [];
  return [
    {
      step: `Or add ${INSECURE} to ${place.field}.args of ${nameOf(place.workload)}, where the network between it and the Nodes can be trusted.`,
      ...(args.every((argument) => ARGUMENT.test(argument)) && {
        patch: containerPatch(place, { args: [...args, INSECURE] }),
      }),
    },
  ];
}

import { isDnsSubdomain, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Remedy } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { parseImage } from "../../kube/images/images.ts";
import { pullFailures } from "../../kube/images/pulls.ts";
import { registryHosts } from "../../kube/images/registry-secrets.ts";
import { nearestName } from "../../kube/nearest.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const imagePullUnauthorized = defineCheck({
  id: "image_pull_unauthorized",
  title: "Registry refuses to deliver the image without (other) credentials",
  when: "a container waits for its image and the registry denied access; also when it hides whether a private repository exists",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "secrets"],
  supersedes: ["image_pull_failed", "image_not_found"],
  run: ({ objects }) =>
    pullFailures(objects)
      .filter(({ problem }) => problem === "unauthorized")
      .map(({ place, evidence }) => {
        const fault = credentialFault(place, objects);
        const title = `The registry denies access to the image of container ${place.name} of ${nameOf(place.workload)}`;
        return containerCause(place, {
          title,
          confidence: fault.certain ? "certain" : "likely",
          evidence: [...evidence, ...fault.evidence],
          details: {
            container: place.name,
            registry: parseImage(place.spec.image)?.registry,
            problem: fault.problem,
          },
          remedies: fault.remedies,
        });
      }),
});

interface CredentialFault {
  readonly problem: string;
  readonly certain?: boolean;
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
}

function credentialFault(place: Place, objects: Pick<Objects, "secrets" | "events">): CredentialFault {
  const names = (place.pod.spec?.imagePullSecrets ?? [])
    .map(({ name }) => name ?? "")
    .filter((name) => isDnsSubdomain(name));
  if (names.length === 0) return noCredentials(place);
  const missing = names.find((name) => isMissing(place, name, objects));
  if (missing !== undefined) return missingSecret(place, missing, objects);
  return unfitSecret(place, names, objects) ?? refusedCredentials(place, names);
}

function noCredentials({ workload, field: container }: Place): CredentialFault {
  const field = `${podSpecPath(workload.kind)}.imagePullSecrets`;
  return {
    problem: "no_credentials",
    evidence: [fieldEvidence(workload, field, undefined)],
    remedies: [
      {
        step: `Create a Secret of type kubernetes.io/dockerconfigjson for the registry and name it in ${field} of ${nameOf(workload)}.`,
      },
      {
        step: `If the image is meant to be public, check the repository in ${container}.image of ${nameOf(workload)}: this registry does not say whether it exists.`,
      },
    ],
  };
}

function isMissing(
  { pod, podRef }: Place,
  name: string,
  objects: Pick<Objects, "secrets" | "events">,
): boolean {
  if (objects.secrets.knows(podRef.namespace, name)) return !objects.secrets.get(podRef.namespace, name);
  const event = latestEvent(pod, objects, "FailedToRetrieveImagePullSecret");
  return event?.message?.includes(`(${name})`) === true;
}

function missingSecret(
  place: Place,
  name: string,
  objects: Pick<Objects, "secrets" | "events">,
): CredentialFault {
  const { workload, pod, podRef } = place;
  const field = `${podSpecPath(workload.kind)}.imagePullSecrets`;
  const near = nearestName(
    name,
    objects.secrets
      .in(podRef.namespace)
      .filter(isRegistrySecret)
      .map(({ metadata }) => metadata.name),
  );
  const event = latestEvent(pod, objects, "FailedToRetrieveImagePullSecret");
  const rename: Remedy = {
    step: `Name Secret ${near} instead of ${name} in ${field} of ${nameOf(workload)}.`,
    ...(near !== undefined && {
      patch: podSpecPatch(workload.kind, {
        imagePullSecrets: [{ name, $patch: "delete" }, { name: near }],
      }),
    }),
  };
  return {
    problem: "secret_missing",
    certain: true,
    evidence: [
      fieldEvidence(workload, field, pod.spec?.imagePullSecrets),
      fieldEvidence({ kind: "Secret", namespace: podRef.namespace, name }, "metadata.name", undefined),
      ...(event ? [eventEvidence(podRef, event)] : []),
    ],
    remedies: [
      ...(near === undefined ? [] : [rename]),
      {
        step: `Create Secret ${name} of type kubernetes.io/dockerconfigjson in namespace ${podRef.namespace}: kubectl create secret docker-registry ${name} --namespace ${podRef.namespace} --docker-server=SERVER --docker-username=USER --docker-password=PASSWORD`,
        object: { kind: "Secret", namespace: podRef.namespace, name },
      },
    ],
  };
}

/** A Secret of another type, or without an entry for the registry's host. */
function unfitSecret(
  place: Place,
  names: readonly string[],
  objects: Pick<Objects, "secrets">,
): CredentialFault | undefined {
  const { namespace } = place.podRef;
  const registry = parseImage(place.spec.image)?.registry;
  const secrets = names.map((name) => objects.secrets.get(namespace, name));
  const wrongType = secrets.find((secret) => secret && !isRegistrySecret(secret));
  if (wrongType && names.length === 1) {
    const object = { kind: "Secret", namespace, name: wrongType.metadata.name };
    return {
      problem: "secret_of_wrong_type",
      certain: true,
      evidence: [fieldEvidence(object, "type", wrongType.type)],
      remedies: [
        {
          step: `Create ${nameOf(object)} anew with the type kubernetes.io/dockerconfigjson: other types are not used for pulling.`,
          object,
        },
      ],
    };
  }
  const hosts = secrets.flatMap((secret) => (secret ? [registryHosts(secret)] : []));
  if (registry === undefined || hosts.length < names.length || hosts.some((list) => list === undefined))
    return undefined;
  if (hosts.some((list) => list?.includes(registry))) return undefined;
  const object = { kind: "Secret", namespace, name: names[0] ?? "" };
  return {
    problem: "no_entry_for_registry",
    certain: true,
    evidence: [fieldEvidence(object, "data[.dockerconfigjson].auths", hosts.flat().join(", "))],
    remedies: [
      {
        step: `Add an entry for the image's registry to ${nameOf(object)}: it has entries for other hosts only.`,
        object,
      },
    ],
  };
}

function refusedCredentials({ podRef, field, workload }: Place, names: readonly string[]): CredentialFault {
  const object = { kind: "Secret", namespace: podRef.namespace, name: names[0] ?? "" };
  return {
    problem: "credentials_refused",
    evidence: [],
    remedies: [
      {
        step: `Renew the credentials in ${nameOf(object)}, and check that their account may pull this repository.`,
        object,
      },
      {
        step: `Check the repository in ${field}.image of ${nameOf(workload)}: this registry may not say whether it exists.`,
      },
    ],
  };
}

function isRegistrySecret({ type }: { readonly type?: string }): boolean {
  return type === "kubernetes.io/dockerconfigjson" || type === "kubernetes.io/dockercfg";
}

import type { Need } from "@k8s-ops/k8s-cluster";
import { containersOf, type PodContainer } from "../../kube/containers.ts";
import { tlsUses } from "../../kube/network/tls-uses.ts";
import type { Pod, Read } from "./read.ts";

const MAX_CERTIFICATES = 20;
const MAX_LOGGED_SECRETS = 20;

/** Only these values are fetched, one by one, and reach no further than their keys. */
export function secretNeeds({ troubled }: Read): readonly Need[] {
  const waitsForSecret = (pod: Pod): boolean =>
    containersOf(pod).some(({ status }) =>
      ["CreateContainerConfigError", "ErrImagePull", "ImagePullBackOff"].includes(
        status?.state?.waiting?.reason ?? "",
      ),
    );
  return troubled.filter(waitsForSecret).flatMap((pod) => {
    const fromContainers = containersOf(pod).flatMap(({ spec }) => variableSecrets(spec));
    const names = [...fromContainers, ...(pod.spec?.imagePullSecrets ?? []).map(({ name }) => name)];
    return secretsNamed(names, pod.metadata.namespace);
  });
}

/** Whether a Secret has what a program misses, or gives it the password that is refused, shows in its keys. */
export function loggedSecretNeeds({ failing }: Read): readonly Need[] {
  const needs = failing.flatMap(({ trouble, place: { spec, pod } }) => {
    const volumes = (pod.spec?.volumes ?? []).map(({ secret }) => secret?.secretName);
    const isFile = trouble?.kind === "missing_file" || trouble?.kind === "rejected_file";
    const isVariable = trouble?.kind === "variable" || trouble?.kind === "credentials";
    const names = isFile ? volumes : isVariable ? variableSecrets(spec) : [];
    return secretsNamed(names, pod.metadata.namespace);
  });
  return needs.slice(0, MAX_LOGGED_SECRETS);
}

/** Lists of Secrets come without keys; whether one has a certificate, and a valid one, needs the Secret itself. */
export function certificateNeeds({ objects }: Read): readonly Need[] {
  const needs = tlsUses(objects)
    // Ingresses of other namespaces are read for their hosts alone.
    .filter(
      ({ user, secret }) =>
        objects.services.knows(user.namespace) || objects.services.knows(secret.namespace),
    )
    .map(({ secret: { namespace, name } }) => ({ resource: "secrets", namespace, name }) as const);
  return needs.slice(0, MAX_CERTIFICATES);
}

function variableSecrets({ env = [], envFrom = [] }: PodContainer["spec"]) {
  return [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ];
}

function secretsNamed(names: readonly (string | undefined)[], namespace: string): readonly Need[] {
  return names
    .filter((name) => name !== undefined)
    .map((name) => ({ resource: "secrets", namespace, name }) as const);
}

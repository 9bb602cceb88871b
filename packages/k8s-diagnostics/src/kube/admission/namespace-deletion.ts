import { isDnsSubdomain, type ObjectOf, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { isQualifiedName } from "../grammar.ts";

type Namespace = ObjectOf<"namespaces">;

const MAX = 20;

/** The message of a condition of a Namespace that is True. */
export function deletionMessage({ status }: Namespace, type: string): string {
  const condition = status?.conditions?.find((each) => each.type === type && each.status === "True");
  return (condition?.message ?? "").slice(0, 10_000);
}

/** What remains, and how often. */
export interface Remaining {
  readonly name: string;
  readonly count: number;
}

/** `configmaps`, `widgets.example.com`. Source: k8s.io/kubernetes pkg/controller/namespace/deletion status_condition_utils.go */
export function remainingResources(namespace: Namespace): readonly Remaining[] {
  const message = deletionMessage(namespace, "NamespaceContentRemaining");
  return [...message.matchAll(/([a-z0-9][-a-z0-9.]{0,252}) has (\d{1,9}) resource instances/g)]
    .slice(0, MAX)
    .map(([, name = "", count]) => ({ name: name.replace(/\.$/, ""), count: Number(count) }))
    .filter(({ name }) => isDnsSubdomain(name));
}

export function remainingFinalizers(namespace: Namespace): readonly Remaining[] {
  const message = deletionMessage(namespace, "NamespaceFinalizersRemaining");
  return [...message.matchAll(/([A-Za-z0-9][-A-Za-z0-9._/]{0,316}) in (\d{1,9}) resource instances/g)]
    .slice(0, MAX)
    .map(([, name = "", count]) => ({ name, count: Number(count) }))
    .filter(({ name }) => isQualifiedName(name));
}

/** The APIServices whose group and version could not be listed. */
export function undiscovered(namespace: Namespace): readonly ObjectRef[] {
  const message = deletionMessage(namespace, "NamespaceDeletionDiscoveryFailure");
  const versions = [...message.matchAll(/([a-z0-9][-a-z0-9.]{0,252})\/(v\d[a-z0-9]{0,20}): /g)];
  const names = versions.map(([, group = "", version = ""]) => `${version}.${group}`);
  return [...new Set(names)]
    .filter(isDnsSubdomain)
    .slice(0, MAX)
    .map((name) => ({ kind: "APIService", namespace: "", name }));
}

/** Kinds whose objects could not be deleted because they could not be converted. */
export function failedConversions(
  namespace: Namespace,
): readonly { readonly group: string; readonly kind: string }[] {
  const message = deletionMessage(namespace, "NamespaceDeletionContentFailure");
  return [
    ...message.matchAll(
      /conversion webhook for ([a-z0-9][-a-z0-9.]{0,252})\/v[a-z0-9]{1,30}, Kind=([A-Za-z0-9]{1,63}) failed/g,
    ),
  ].map(([, group = "", kind = ""]) => ({ group, kind: kind.replace(/List$/, "") }));
}

/** The admission webhook that could not be called, or refused, when content was to be deleted. */
export function blockingWebhook(namespace: Namespace): string | undefined {
  const message = deletionMessage(namespace, "NamespaceDeletionContentFailure");
  const name = /(?:failed calling|admission) webhook "([^"]{1,253})"/.exec(message)?.[1];
  return name !== undefined && isDnsSubdomain(name) ? name : undefined;
}

const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes\.io\/pvc-protection$/, "a Pod that still uses the claim"],
  [/^service\.kubernetes\.io\/load-balancer-cleanup$/, "the cloud controller manager"],
  [/^(?:foregroundDeletion|orphan|batch\.kubernetes\.io\/job-tracking)$/, "kube-controller-manager"],
  [/argocd\.argoproj\.io/, "the application controller of Argo CD"],
  [/cert-manager\.io/, "cert-manager"],
  [/(?:elbv2|ingress|service)\.k8s\.aws/, "the AWS Load Balancer Controller"],
  [/networking\.gke\.io/, "the ingress controller of GKE"],
  [/^snapshot\.storage\.kubernetes\.io/, "the snapshot controller"],
  [/fluxcd\.io/, "Flux"],
  [/rook\.io/, "the Rook operator"],
  [/strimzi\.io/, "the Strimzi operator"],
  [/crossplane\.io/, "Crossplane"],
];

/** Who should remove a finalizer, where that is well known. */
export function ownerOfFinalizer(finalizer: string): string {
  return OWNERS.find(([pattern]) => pattern.test(finalizer))?.[1] ?? "the controller that owns it";
}

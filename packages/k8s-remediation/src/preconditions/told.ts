import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";

const MOST_NAMES = 5;

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** `Deployment web`; only the kind when the name breaks the rules of names, because it would become part of a sentence. */
export function told({ kind, metadata: { name } }: Named): string {
  return isDnsSubdomain(name) ? `${kind} ${name}` : kind;
}

/** `3 Pods (web-1, web-2, web-3)`, at most five names; those that break the rules of names are only counted. */
export function toldPods(pods: readonly Named[]): string {
  const names = pods.map(({ metadata }) => metadata.name).filter(isDnsSubdomain);
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const more = pods.length > MOST_NAMES && names.length > 0 ? ", …" : "";
  const count = pods.length === 1 ? "1 Pod" : `${pods.length} Pods`;
  return shown === "" ? count : `${count} (${shown}${more})`;
}

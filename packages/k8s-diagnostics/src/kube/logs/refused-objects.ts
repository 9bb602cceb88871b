import { isDnsLabel } from "@k8s-ops/k8s-cluster";

/** As the admission plugins ResourceQuota and LimitRanger word it. Bounded, and without nested repetition. */
const REFUSAL =
  / is forbidden: (?:.{0,400}\bexceeded quota: \S{1,253}, requested: |.{0,400}\b(?:minimum|maximum) \S{1,317} usage per (?:Container|Pod|PersistentVolumeClaim) is |.{0,400}\bmax limit to request ratio per (?:Container|Pod) is )/;
const NAMESPACE =
  /\/namespaces\/([a-z0-9-]{1,63})\/[a-z]{1,63}|\bin (?:the )?namespace "?([a-z0-9-]{1,63})\b/;

/** Whether a program tells that the API server does not let it create an object, for its size or number. */
export function tellsOfRefusedObject(text: string): boolean {
  return REFUSAL.test(text.slice(0, 4_000));
}

/** The namespace in which the object was refused, if the line tells. */
export function refusedIn(text: string): string | undefined {
  const match = NAMESPACE.exec(text.slice(0, 4_000));
  const name = match?.[1] ?? match?.[2];
  return name !== undefined && isDnsLabel(name) ? name : undefined;
}

import { ClusterError } from "../errors.ts";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** RFC 1123 label, at most 63 characters: namespaces, Services, containers. */
export function isDnsLabel(value: string): boolean {
  return value.length <= 63 && LABEL.test(value);
}

/** RFC 1123 subdomain, at most 253 characters: the rule for names of most objects. Refuses `.` and `..`. */
export function isDnsSubdomain(value: string): boolean {
  return value.length > 0 && value.length <= 253 && value.split(".").every((part) => LABEL.test(part));
}

/**
 * Refuses a name that is no Kubernetes object name before it can become part of a URL.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 * @throws ClusterError `invalid_name`
 */
export function assertObjectName(value: string, what: string): void {
  if (isDnsSubdomain(value)) return;
  throw new ClusterError(
    "invalid_name",
    `${what} must be a lower-case RFC 1123 name (letters, digits, "-" and ".", at most 253 characters).`,
  );
}

/** The same for a namespace. @throws ClusterError `invalid_name` */
export function assertNamespace(value: string, what = "namespace"): void {
  if (isDnsLabel(value)) return;
  throw new ClusterError(
    "invalid_name",
    `${what} must be a lower-case RFC 1123 label (letters, digits and "-", at most 63 characters).`,
  );
}

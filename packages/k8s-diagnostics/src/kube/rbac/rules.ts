import type { Wire } from "@k8s-ops/k8s-cluster";
import type { V1PolicyRule } from "@kubernetes/client-node";

export type PolicyRule = Wire<V1PolicyRule>;

/** What somebody asks of the API server. `resource` may name a subresource: `pods/log`. */
export type AccessRequest = ResourceRequest | PathRequest;

interface ResourceRequest {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined: at the cluster scope. */
  readonly namespace: string | undefined;
  /** Undefined: no single object, or not known which. */
  readonly name: string | undefined;
}

interface PathRequest {
  readonly verb: string;
  readonly path: string;
}

/** Source: k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac RuleAllows, pkg/apis/rbac/v1 evaluation_helpers.go */
export function ruleAllows(rule: PolicyRule, request: AccessRequest): boolean {
  if (!verbMatches(rule, request.verb)) return false;
  if ("path" in request) return nonResourceUrlMatches(rule, request.path);
  return (
    apiGroupMatches(rule, request.group) &&
    resourceMatches(rule, request.resource) &&
    resourceNameMatches(rule, request.name)
  );
}

function verbMatches({ verbs }: PolicyRule, verb: string): boolean {
  return verbs.some((each) => each === "*" || each === verb);
}

export function apiGroupMatches({ apiGroups = [] }: PolicyRule, group: string): boolean {
  return apiGroups.some((each) => each === "*" || each === group);
}

/** `pods` does not cover `pods/log`; the `*` of all resources does, and `*` before a subresource covers that of any. */
export function resourceMatches({ resources = [] }: PolicyRule, resource: string): boolean {
  const slash = resource.indexOf("/");
  const subresource = slash < 0 ? undefined : resource.slice(slash + 1);
  return resources.some(
    (each) => each === "*" || each === resource || (subresource !== undefined && each === `*/${subresource}`),
  );
}

function resourceNameMatches({ resourceNames = [] }: PolicyRule, name: string | undefined): boolean {
  return resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
}

function nonResourceUrlMatches({ nonResourceURLs = [] }: PolicyRule, path: string): boolean {
  return nonResourceURLs.some(
    (each) =>
      each === "*" || each === path || (each.endsWith("*") && path.startsWith(each.replace(/\*+$/, ""))),
  );
}

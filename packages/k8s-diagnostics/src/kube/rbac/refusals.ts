import { isDnsLabel, isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { AccessRequest } from "./rules.ts";

/** A ServiceAccount's request that the API server refused, as a log line tells it. */
export interface Refusal {
  readonly line: string;
  readonly account: ObjectRef;
  readonly request: AccessRequest;
  /** Whether a client-go informer asked, which lists and then watches. */
  readonly informer: boolean;
}

/**
 * Also inside JSON or quoted log messages.
 * Source: k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go forbiddenMessage
 */
const USER = String.raw`User \\?"system:serviceaccount:([^:"\\\s]{1,63}):([^:"\\\s]{1,253})\\?" cannot ([a-z]{1,40}) `;
const RESOURCE = new RegExp(
  String.raw`${USER}resource \\?"([a-z0-9./-]{1,253})\\?" in API group \\?"([a-z0-9.-]{0,253})\\?"(?: in the namespace \\?"([a-z0-9-]{1,63})\\?")?`,
);
const PATH = new RegExp(String.raw`${USER}path \\?"(/[A-Za-z0-9_./-]{0,253})\\?"`);
const NAME = /\\?"([a-z0-9][-a-z0-9.:]{0,252})\\?" is forbidden: User /;
const INFORMER = /failed to (?:list|watch) \*/i;

export function parseRefusal(line: string): Refusal | undefined {
  const informer = INFORMER.test(line);
  const path = PATH.exec(line);
  if (path) {
    const [, namespace = "", name = "", verb = "", url = ""] = path;
    return accountOf(line, namespace, name, informer, { verb, path: url });
  }
  const [, namespace = "", name = "", verb = "", resource = "", group = "", scope] =
    RESOURCE.exec(line) ?? [];
  if (verb === "") return undefined;
  return accountOf(line, namespace, name, informer, {
    verb,
    resource,
    group,
    namespace: scope !== undefined && isDnsLabel(scope) ? scope : undefined,
    name: NAME.exec(line)?.[1],
  });
}

function accountOf(
  line: string,
  namespace: string,
  name: string,
  informer: boolean,
  request: AccessRequest,
): Refusal | undefined {
  if (!isDnsLabel(namespace) || !isDnsSubdomain(name)) return undefined;
  return { line, account: { kind: "ServiceAccount", namespace, name }, request, informer };
}

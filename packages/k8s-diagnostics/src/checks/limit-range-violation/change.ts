import type { PodTemplateSpec } from "../../kube/admission/create-failures.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { ResourceChange } from "../../kube/resource-remedies.ts";
import { formatBound } from "../../kube/scheduling/requests.ts";

export interface Violation {
  readonly bound: "min" | "max" | "maxLimitRequestRatio";
  readonly resource: string;
  readonly type: string;
  readonly allowed: string;
  readonly side: "requests" | "limits" | undefined;
}

type Container = NonNullable<PodTemplateSpec>["containers"][number];

/** What the containers that break the bound must ask for; empty when that cannot be told for one container alone. */
export function changesFor(template: PodTemplateSpec, violation: Violation): readonly ResourceChange[] {
  const allowed = parseQuantity(violation.allowed);
  const containers = template?.containers ?? [];
  if (allowed === undefined || (violation.type === "Pod" && containers.length > 1)) return [];
  return containers.flatMap((container) => changeOf(container, violation, allowed) ?? []);
}

interface Amounts {
  readonly request: number | undefined;
  readonly limit: number | undefined;
}

function changeOf(
  { name, resources }: Container,
  violation: Violation,
  allowed: number,
): ResourceChange | undefined {
  const { bound, resource, allowed: text, side } = violation;
  const amounts = {
    request: parseQuantity(resources?.requests?.[resource]),
    limit: parseQuantity(resources?.limits?.[resource]),
  };
  if (bound === "maxLimitRequestRatio") {
    const request = requestForRatio(amounts, allowed);
    return request === undefined
      ? undefined
      : { container: name, requests: { [resource]: formatBound(resource, request) } };
  }
  const wrong = bound === "max" ? aboveMaximum(amounts, allowed, side) : belowMinimum(amounts, allowed, side);
  const one = { [resource]: text };
  if (!wrong.request && !wrong.limit) return undefined;
  return { container: name, ...(wrong.request && { requests: one }), ...(wrong.limit && { limits: one }) };
}

function requestForRatio({ request, limit }: Amounts, allowed: number): number | undefined {
  if (limit === undefined || request === undefined || limit / request <= allowed) return undefined;
  return limit / allowed;
}

/** A missing limit is no limit at all. */
function aboveMaximum({ request = 0, limit }: Amounts, allowed: number, side: Violation["side"]) {
  const missing = side === "limits" ? Infinity : 0;
  return { request: request > allowed, limit: (limit ?? missing) > allowed };
}

/** A missing request is as large as the limit. */
function belowMinimum({ request, limit }: Amounts, allowed: number, side: Violation["side"]) {
  return {
    request: side !== "limits" && (request ?? limit ?? 0) < allowed,
    limit: limit === undefined ? side === "limits" : limit < allowed,
  };
}

import type { PodTemplateSpec } from "../../kube/admission/create-failures.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { ResourceChange } from "../../kube/resource-remedies.ts";
import { floorAmount } from "../../kube/scheduling/requests.ts";

/** How much of a resource, as the quota names it, is left for each container that lacks it; undefined: not known. */
export type Share = (resource: string) => number | undefined;

/** A resource that a quota counts, and the containers that do not state it; older versions do not name them. */
export interface Demand {
  readonly resource: string;
  readonly containers: readonly string[];
}

/** Amounts that a small program is often given. */
const EXAMPLE: Readonly<Record<string, string>> = {
  "requests.cpu": "100m",
  "limits.cpu": "500m",
  "requests.memory": "128Mi",
  "limits.memory": "256Mi",
  "requests.ephemeral-storage": "1Gi",
  "limits.ephemeral-storage": "2Gi",
};

type Container = NonNullable<PodTemplateSpec>["containers"][number];

/** Example amounts for what each container lacks, within its share and consistent with what it states already. */
export function changesFor(
  template: PodTemplateSpec,
  demands: readonly Demand[],
  share: Share,
): readonly ResourceChange[] {
  return [
    ...(template?.initContainers ?? []).map((one) => changeOf(one, "initContainers", demands, share)),
    ...(template?.containers ?? []).map((one) => changeOf(one, "containers", demands, share)),
  ].filter(({ requests, limits }) => requests !== undefined || limits !== undefined);
}

function changeOf(
  container: Container,
  role: "containers" | "initContainers",
  demands: readonly Demand[],
  share: Share,
): ResourceChange {
  const lacking = demands
    .filter(({ containers }) => containers.length === 0 || containers.includes(container.name))
    .map(({ resource }) => ({ ...partsOf(resource), most: share(resource) }));
  const amounts = (side: "requests" | "limits"): Readonly<Record<string, string>> | undefined => {
    const found = lacking
      .filter((one) => one.side === side)
      .flatMap(({ plain, most }) => {
        const amount = exampleFor(container, side, plain, most);
        return amount === undefined ? [] : [[plain, amount] as const];
      });
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  };
  const [requests, limits] = [amounts("requests"), amounts("limits")];
  return { container: container.name, role, ...(requests && { requests }), ...(limits && { limits }) };
}

function exampleFor(
  { resources }: Container,
  side: "requests" | "limits",
  resource: string,
  most: number | undefined,
): string | undefined {
  if (resources?.[side]?.[resource] !== undefined) return undefined;
  const other = resources?.[side === "limits" ? "requests" : "limits"]?.[resource];
  return fitting(within(EXAMPLE[`${side}.${resource}`], resource, most), other, side);
}

/** Nothing that a quota with no room at all would let in can be offered: the example stays then. */
function within(example: string | undefined, resource: string, most = Infinity): string | undefined {
  return most > 0 && (parseQuantity(example) ?? 0) > most ? floorAmount(resource, most) : example;
}

/** `cpu` in a quota means `requests.cpu`. */
function partsOf(resource: string): { readonly side: "requests" | "limits"; readonly plain: string } {
  if (resource.startsWith("limits.")) return { side: "limits", plain: resource.slice("limits.".length) };
  return { side: "requests", plain: resource.replace(/^requests\./, "") };
}

/** A limit must not be below the request: the larger of both is taken, or the smaller for a request. */
function fitting(
  example: string | undefined,
  other: string | undefined,
  side: "requests" | "limits",
): string | undefined {
  const [mine, stated] = [parseQuantity(example), parseQuantity(other)];
  if (mine === undefined || stated === undefined || other === undefined) return example;
  return (side === "limits" ? stated > mine : stated < mine) ? other : example;
}

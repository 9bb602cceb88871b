import { isDeepStrictEqual } from "node:util";
import { isQualifiedName, parseQuantity } from "@k8s-ops/k8s-diagnostics/kube";
import { defineAction, type Refused } from "../../action.ts";
import {
  containerPatch,
  containerPointer,
  locate,
  named,
  type RolledInput,
  type RolledResource,
  rolled,
  rolledOut,
} from "../rolled.ts";

type Amounts = Readonly<Record<string, string>>;

export interface SetResourcesInput extends RolledInput {
  readonly container: string;
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/** `kubectl set resources`: the amounts given are set, the others stay. Source: k8s.io/kubectl pkg/cmd/set/set_resources.go */
export const setResources = defineAction<RolledResource, SetResourcesInput>({
  id: "set_resources",
  ...rolled,
  plan({ resource, namespace, name, container, requests, limits }, { target }) {
    const wrong = amountProblem({ ...requests }) ?? amountProblem({ ...limits });
    if (wrong) return wrong;
    const found = locate(target, container);
    if ("refused" in found) return found;
    const old = found.container.resources ?? {};
    const resources = {
      ...old,
      ...(requests && { requests: { ...old.requests, ...requests } }),
      ...(limits && { limits: { ...old.limits, ...limits } }),
    };
    if (isDeepStrictEqual(old, resources)) {
      return { unchanged: `Container ${container} of ${named(target)} has these resources already.` };
    }
    const object = { resource, namespace, name };
    const { resources: before } = found.container;
    const change = {
      path: containerPointer(found, "resources"),
      ...(before && { before }),
      after: resources,
    };
    const asked = { ...(requests && { requests }), ...(limits && { limits }) };
    return {
      summary: `Set the resources of container ${container} of ${named(target)}.`,
      writes: [{ verb: "patch", object, patch: containerPatch(found, container, { resources: asked }) }],
      facts: { old_resources: old, new_resources: resources },
      undo: { by: "fields", object, changes: [change] },
      ends: [],
      rollsOut: true,
    };
  },
  verify: (_, __, { target }) => rolledOut(target),
});

function amountProblem(amounts: Amounts): Refused | undefined {
  const wrong = Object.entries(amounts).find(
    ([name, amount]) => !isQualifiedName(name) || (parseQuantity(amount) ?? -1) < 0,
  );
  return (
    wrong && {
      refused: "invalid_amount",
      message: "An amount is a resource's name and a quantity, such as cpu: 500m or memory: 1Gi.",
    }
  );
}

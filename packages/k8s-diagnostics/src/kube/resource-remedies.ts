import { isDnsLabel, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../check.ts";
import type { Place } from "../kube/places.ts";
import { parseQuantity } from "../kube/quantity.ts";
import { isRolledKind } from "../remedy-calls.ts";
import { type PatchValue, podSpecPatch } from "./patch.ts";

type Amounts = Readonly<Record<string, string>>;

/** New requests and limits of a container; what is not named stays. */
export interface ResourceChange {
  readonly container: string;
  readonly role?: "containers" | "initContainers";
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/** The patch that sets these resources, and the call that does it where only one container changes. */
export function setResources(
  workload: ObjectRef,
  changes: readonly ResourceChange[],
): Pick<Remedy, "object" | "patch" | "call"> {
  const [only, ...more] = changes;
  if (!only || !changes.every(({ container }) => isDnsLabel(container))) return {};
  const { kind, namespace, name } = workload;
  const listed = (role: string): readonly PatchValue[] =>
    changes
      .filter((change) => (change.role ?? "containers") === role)
      .map(({ container, requests, limits }) => ({
        name: container,
        resources: { ...(requests && { requests }), ...(limits && { limits }) },
      }));
  const [init, main] = [listed("initContainers"), listed("containers")];
  const { container, role, requests, limits } = only;
  return {
    object: workload,
    patch: podSpecPatch(kind, {
      ...(init.length > 0 && { initContainers: init }),
      ...(main.length > 0 && { containers: main }),
    }),
    ...(more.length === 0 &&
      role !== "initContainers" &&
      isRolledKind(kind) && {
        call: {
          tool: "remediate_set_resources",
          arguments: {
            namespace,
            kind,
            name,
            container,
            ...(requests && { requests }),
            ...(limits && { limits }),
          },
        },
      }),
  };
}

/** Twice the memory that the container may use now, as an example; nothing where it has no limit. */
export function doubledMemory({
  workload,
  role,
  name,
  spec,
  status,
}: Place): ReturnType<typeof setResources> {
  const running = status?.resources?.limits?.memory ?? spec.resources?.limits?.memory;
  const bytes = parseQuantity(running);
  if (!bytes) return {};
  const memory = `${Math.ceil((2 * bytes) / 2 ** 20)}Mi`;
  return setResources(workload, [
    { container: name, role: role === "container" ? "containers" : "initContainers", limits: { memory } },
  ]);
}

import type { Planned } from "../action.ts";

export interface NodeInput {
  readonly name: string;
}

/** The write that lets Pods be placed on a Node or not, and how it is taken back. */
export function unschedulable(name: string, value: boolean): Pick<Planned, "writes" | "undo"> {
  const object = { resource: "nodes", namespace: "", name } as const;
  const patch = { type: "strategic", value: { spec: { unschedulable: value ? true : null } } } as const;
  const change = { path: "/spec/unschedulable", ...(value ? { after: true } : { before: true }) };
  return {
    writes: [{ verb: "patch", object, patch }],
    undo: { by: "fields", object, changes: [change] },
  };
}

import { undoDelete } from "../../undo/undo-delete/action.ts";
import { acted, oneAnHour, restartPod, threeOfWeb } from "./asking.ts";
import { job, ownedBy, pod, SHOP } from "./objects.ts";
import { doing, NOW, type Row } from "./situation.ts";

/** What the ledger remembers. */
export const ledgerRows: readonly Row[] = [
  [
    "a caller that has spent its budget waits",
    restartPod("web-1-b", threeOfWeb, { rules: oneAnHour, entries: [acted(NOW - 90_000)] }),
    ["refuse action_budget"],
  ],
  [
    "a budget is whole again after its window",
    restartPod("web-1-b", threeOfWeb, { rules: oneAnHour, entries: [acted(NOW - 3_600_000)] }),
    [],
  ],
  [
    "nobody acts twice at once on an object",
    restartPod("web-1-a", threeOfWeb, { entries: [acted(NOW - 1000)] }),
    ["refuse cool_down"],
  ],
  [
    "an object that another action is at is left alone",
    restartPod("web-1-a", threeOfWeb, {
      entries: [{ ...acted(NOW - 90_000), outcome: "started", until: NOW + 30_000 }],
    }),
    ["refuse action_in_progress"],
  ],
  [
    "an action whose time is over is at it no more",
    restartPod("web-1-a", threeOfWeb, {
      entries: [{ ...acted(NOW - 90_000), outcome: "started", until: NOW - 1 }],
    }),
    [],
  ],
  [
    "the object next to it may be acted on",
    restartPod("web-1-b", threeOfWeb, { entries: [acted(NOW - 1000)] }),
    [],
  ],
  [
    "what an action made may be deleted again",
    doing(
      undoDelete,
      { object: { resource: "jobs", namespace: SHOP, name: "import-abc123" } },
      [job("import-abc123")],
      { isUndo: true },
    ),
    [],
  ],

  [
    "but not the Job that the server runs in",
    doing(
      undoDelete,
      { object: { resource: "jobs", namespace: SHOP, name: "mcp" } },
      [job("mcp"), pod("mcp-a", ownedBy("Job", "mcp"))],
      { isUndo: true, ownPod: { namespace: SHOP, name: "mcp-a" } },
    ),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
];

import { describe, expect, it } from "vitest";
import { plannedIn, verifyIn } from "../../testing/shop.ts";
import { undoDelete } from "./action.ts";

const input = { object: { resource: "jobs", namespace: "shop", name: "nightly-1" } } as const;

describe("undo_delete", () => {
  it("deletes the object that was seen, by its UID, for good", () => {
    expect(plannedIn(undoDelete, input)).toMatchObject({
      summary: "Delete Job nightly-1, which the action made.",
      writes: [{ verb: "delete", object: input.object, uid: "uid-nightly-1" }],
      undo: { by: "nothing" },
    });
  });

  it("waits until it is gone", () => {
    expect(verifyIn(undoDelete, input, {})).toMatchObject({ state: "waiting" });
    expect(verifyIn(undoDelete, input, { target: undefined })).toMatchObject({ state: "done" });
  });
});

import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { cronjobSuspend } from "./action.ts";

const named = { namespace: "shop", name: "nightly" };
const object = { resource: "cronJobs", ...named };
const suspended = ({ spec = {} }: { spec?: object }) => Object.assign(spec, { suspend: true });
const withoutField = ({ spec = {} }: { spec?: { suspend?: boolean } }) => {
  delete spec.suspend;
};

describe("cronjob_suspend", () => {
  it.each([
    { title: "suspends", suspend: true, change: undefined, before: { before: false } },
    { title: "suspends one that does not say", suspend: true, change: withoutField, before: {} },
    { title: "resumes", suspend: false, change: suspended, before: { before: true } },
  ])("$title by a patch of spec.suspend alone", ({ suspend, change, before }) => {
    expect(plannedIn(cronjobSuspend, { ...named, suspend }, change)).toMatchObject({
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { suspend } } } }],
      facts: { suspend },
      undo: { by: "fields", object, changes: [{ path: "/spec/suspend", after: suspend, ...before }] },
      ends: [],
    });
  });

  it.each([
    { suspend: true, change: suspended, words: "CronJob nightly is suspended already." },
    { suspend: false, change: undefined, words: "CronJob nightly is not suspended." },
    { suspend: false, change: withoutField, words: "CronJob nightly is not suspended." },
  ])("has nothing to do: $words", ({ suspend, change, words }) => {
    expect(planIn(cronjobSuspend, { ...named, suspend }, change)).toEqual({ unchanged: words });
  });

  it.each([
    ["is done when the field says so", shopObject("cronJobs", "nightly", suspended), "done"],
    ["has failed when it says otherwise", shopObject("cronJobs", "nightly"), "failed"],
    ["has failed when the CronJob is gone", undefined, "failed"],
  ])("%s", (_, target, state) => {
    expect(verifyIn(cronjobSuspend, { ...named, suspend: true }, { target })).toMatchObject({ state });
  });
});

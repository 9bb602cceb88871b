import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { roleBindingDangling } from "./check.ts";

describe(roleBindingDangling.id, () => {
  it.each([
    ["fault-role", "roleRef", "RoleBinding web names Role wbe, which does not exist, and grants nothing"],
    ["fault-subjects", "subjects", "RoleBinding web grants to ServiceAccounts only that do not exist"],
  ])("names in %s what does not exist", (fixture, subject, title) => {
    expect(runOnFixture(roleBindingDangling, fixture)).toMatchObject([
      {
        object: { kind: "RoleBinding", name: "web" },
        subject,
        title,
        evidence: [{ field: subject }, { value: "absent" }],
      },
    ]);
  });
});

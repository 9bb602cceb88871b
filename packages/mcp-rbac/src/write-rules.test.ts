import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permits } from "./decide.ts";
import { parsePolicy } from "./policy/parse.ts";
import type { ApprovalMode, Policy, Role } from "./policy/schema.ts";
import { type WriteRequest, writeRules } from "./write-rules.ts";

const policy = parsePolicy(
  `
approval: confirm
budget: { actions: 100, window: 1h }
cool_down: 0s
protected_namespaces: ["infra-*", vault]
roles:
  ops: { permissions: ["remediate_*"], deny: [remediate_drain_node], budget: { actions: 3, window: 15m } }
  careful:
    permissions: ["remediate_pod_*"]
    approval: ask
    budget: { actions: 1, window: 1m }
    overrides: [last_ready_replica]
  dev: { permissions: ["*"], namespace_restrictions: ["dev-*"], overrides: [no_controller, cool_down] }
  away: { permissions: ["*"], contexts: [staging], approval: never, overrides: [paused] }
  looker: { permissions: ["diagnose_*"], overrides: [paused], approval: never, budget: { actions: 1, window: 1d } }
groups:
  ops: { role: ops }
  careful: { role: careful }
  dev: { role: dev }
  away: { role: away }
  looker: { role: looker }
`,
  "p.yaml",
);
const plain = parsePolicy("roles: { r: { permissions: ['*'] } }\nusers: { ann: { role: r } }", "p.yaml");

const as = (...groups: readonly string[]): WriteRequest => ({
  principal: { name: "ann", groups },
  tool: "remediate_pod_restart",
});

describe("writeRules", () => {
  it("has defaults for what a policy leaves out", () => {
    const rules = writeRules(plain, as());
    expect(rules).toMatchObject({ approval: "ask", coolDownSeconds: 30, overrides: new Set() });
    expect(rules.budgets).toEqual([{ scope: "caller", actions: 20, windowSeconds: 600, rule: "default" }]);
  });

  it.each([
    [["ops"], "confirm"],
    [["ops", "careful"], "ask"],
    [["careful", "ops", "away"], "never"],
    [["ops", "looker"], "confirm"],
    [["looker"], "never"],
    [["unknown"], "never"],
  ])(
    "asks members of %j for the strictest approval of the roles that permit the tool: %s",
    (groups, mode) => {
      expect(writeRules(policy, as(...groups)).approval).toBe(mode);
    },
  );

  it("writes nothing with a tool that a role denies", () => {
    const request = { ...as("ops", "dev"), tool: "remediate_drain_node" };
    expect(writeRules(policy, request)).toMatchObject({ approval: "never", overrides: new Set() });
  });

  it("counts the budget of each role that permits for the caller, and the policy's for all", () => {
    expect(writeRules(policy, as("ops", "careful", "looker")).budgets).toEqual([
      { scope: "caller", actions: 3, windowSeconds: 900, rule: "roles.ops.budget" },
      { scope: "caller", actions: 1, windowSeconds: 60, rule: "roles.careful.budget" },
      { scope: "all", actions: 100, windowSeconds: 3_600, rule: "budget" },
    ]);
  });

  it("leaves nobody without a budget", () => {
    const { budget: _, ...unlimited } = policy;
    expect(writeRules(unlimited, as("dev")).budgets).toMatchObject([{ rule: "default" }]);
    expect(writeRules(unlimited, as("dev", "ops")).budgets).toMatchObject([{ rule: "roles.ops.budget" }]);
  });

  it("joins the overrides of the roles that permit", () => {
    expect(writeRules(policy, as("careful", "dev", "looker")).overrides).toEqual(
      new Set(["last_ready_replica", "no_controller", "cool_down"]),
    );
  });

  it.each([
    [{ namespace: "dev-1" }, ["no_controller", "cool_down"], "confirm"],
    [{ namespace: "prod" }, [], "confirm"],
    [{ namespace: "dev-\n" }, [], "confirm"],
    [{}, [], "confirm"],
    [{ namespace: "prod", context: "staging" }, ["paused"], "never"],
    [{ namespace: "prod", context: "other" }, [], "confirm"],
  ])("takes at %j only what the roles say that permit it there", (place, overrides, approval) => {
    const rules = writeRules(policy, { ...as("ops", "dev", "away"), place });
    expect([...rules.overrides]).toEqual(overrides);
    expect(rules.approval).toBe(approval);
  });

  it("writes nothing where no role permits it", () => {
    const place = { namespace: "prod" };
    expect(writeRules(policy, { ...as("dev"), place }).approval).toBe("never");
  });

  it.each([
    [policy, ["infra-dns", "vault"], ["kube-system", "infra", "shop"]],
    [plain, ["kube-system", "kube-public", "kube-node-lease"], ["default", "kube-systems"]],
    [plain, ["", "..", "Kube-System", "kube-system\n"], []],
    [{ ...plain, protectedNamespaces: [] }, ["not a name"], ["kube-system"]],
  ])("protects what the policy names, and what is no name", (given, yes, no) => {
    const { isProtected } = writeRules(given, as());
    expect(yes.filter((namespace) => !isProtected(namespace))).toEqual([]);
    expect(no.filter(isProtected)).toEqual([]);
  });

  it("never asks for less than any role that permits, and writes nothing without one", () => {
    const seen = { granted: 0, none: 0 };
    fc.assert(
      fc.property(policies, fc.subarray(["g1", "g2", "g3"]), (random, groups) => {
        const held = groups.flatMap((group) => {
          const name = random.groups.get(group);
          const role = name === undefined ? undefined : random.roles.get(name);
          return role ? [role] : [];
        });
        const isDenied = held.some(({ deny }) => deny.some(isForTool));
        const granting = isDenied ? [] : held.filter(({ permissions }) => permissions.some(isForTool));
        const { approval, budgets } = writeRules(random, as(...groups));
        seen[granting.length > 0 ? "granted" : "none"] += 1;
        expect(budgets.length).toBeGreaterThan(0);
        if (granting.length === 0) expect(approval).toBe("never");
        for (const role of granting) {
          expect(strictness(approval)).toBeGreaterThanOrEqual(
            strictness(role.approval ?? random.approval ?? "ask"),
          );
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.granted, seen.none)).toBeGreaterThan(500);
  });
});

const strictness = (mode: ApprovalMode): number => ["confirm", "ask", "never"].indexOf(mode);
const isForTool = (glob: string): boolean => glob !== "diagnose_*";
const globs = fc.constantFrom("*", "remediate_*", "remediate_pod_restart", "diagnose_*");
const mode = fc.constantFrom<ApprovalMode[]>("ask", "confirm", "never");
const withApproval = <Value extends object>(value: fc.Arbitrary<Value>) =>
  fc.tuple(value, fc.option(mode)).map(([given, approval]) => (approval ? { ...given, approval } : given));

const role: fc.Arbitrary<Role> = withApproval(
  fc.record({
    permissions: fc.array(globs, { maxLength: 2 }),
    deny: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, fc.array(globs, { maxLength: 1 })),
  }),
);

const policies: fc.Arbitrary<Policy> = withApproval(
  fc.record({
    source: fc.constant("random"),
    roles: fc.tuple(role, role).map(([r1, r2]) => new Map(Object.entries({ r1, r2 }))),
    users: fc.constant(new Map<string, string>()),
    groups: fc
      .array(fc.constantFrom("r1", "r2", "gone"), { minLength: 3, maxLength: 3 })
      .map((roles) => new Map(roles.map((name, index) => [`g${index + 1}`, name]))),
  }),
);

describe("permits", () => {
  it.each([
    [["dev"], { namespace: "dev-1" }, true],
    [["dev"], { namespace: "prod" }, false],
    [["dev"], {}, false],
    [["ops"], {}, true],
    [["ops"], { namespace: "Not A Name" }, false],
    [["away"], { namespace: "prod" }, false],
    [["away"], { namespace: "prod", context: "staging" }, true],
    [["looker"], { namespace: "prod" }, false],
    [[], {}, false],
  ])("says whether members of %j may call a tool at %j: %s", (groups, place, expected) => {
    expect(permits(policy, { ...as(...groups), ...place })).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import { explainDecision, explainPolicy } from "./explain.ts";
import { policyWarnings } from "./policy/check.ts";
import { builtInPolicy } from "./policy/defaults.ts";
import { parsePolicy } from "./policy/parse.ts";

const policy = parsePolicy(
  `
approval: ask
protected_namespaces: [infra]
roles:
  operator:
    permissions: ["diagnose_*", "remediate_*", "remidiate_x"]
    deny: ["remediate_drain_node"]
    namespace_restrictions: ["default", "production"]
    budget: { actions: 3, window: 15m }
  idle: {}
  shut: { permissions: ["*"], namespace_restrictions: [], contexts: [] }
users:
  bob: { role: operator }
  typo: { role: operater }
  bare: {}
groups:
  ghosts: { role: gone }
`,
  "p.yaml",
);
const tools = ["diagnose_pod", "remediate_pod_restart"];

describe("explainDecision", () => {
  it("says what permits a call and what limits it", () => {
    const request = { principal: { name: "bob" }, tool: "remediate_pod_restart", namespaces: ["default"] };
    expect(explainDecision(policy, request)).toBe(
      [
        "allowed",
        'rule: roles.operator.permissions "remediate_*"',
        "limited to namespaces: default, production",
        "approval: ask",
        "budget: 3 actions in 900 s for this caller (roles.operator.budget)",
        "overrides: (none)",
        "cool-down of an object: 30 s",
        "protected namespaces: infra",
        "user: bob",
        "tool: remediate_pod_restart",
        "namespace: default",
        "policy: p.yaml",
      ].join("\n"),
    );
  });

  it("says of a tool that only reads no more than where it may", () => {
    const request = { principal: { name: "bob" }, tool: "diagnose_pod", namespaces: ["default"] };
    expect(explainDecision(policy, request)).toBe(
      [
        "allowed",
        'rule: roles.operator.permissions "diagnose_*"',
        "limited to namespaces: default, production",
        "user: bob",
        "tool: diagnose_pod",
        "namespace: default",
        "policy: p.yaml",
      ].join("\n"),
    );
  });

  it("says of a write what holds at the namespace that was asked about, defaults included", () => {
    const text = `
budget: { actions: 9, window: 1m }
roles:
  dev: { permissions: ["*"], namespace_restrictions: [dev], overrides: [paused], approval: confirm }
  ops: { permissions: ["*"] }
groups: { dev: { role: dev }, ops: { role: ops } }
`;
    const request = { principal: { name: "ann", groups: ["dev", "ops"] }, tool: "remediate_pod_restart" };
    const lines = (...namespaces: string[]) =>
      explainDecision(parsePolicy(text, "p"), { ...request, namespaces }).split("\n");
    expect(lines("prod")).toEqual(
      expect.arrayContaining([
        "approval: ask",
        "budget: 9 actions in 60 s for all callers together (budget)",
        "overrides: (none)",
        "protected namespaces: kube-system, kube-public, kube-node-lease",
      ]),
    );
    expect(lines("dev")).toEqual(expect.arrayContaining(["approval: ask", "overrides: paused"]));
    expect(lines()).toContain("overrides: paused");
  });

  it.each([
    [{ tool: "remediate_drain_node" }, 'rule: roles.operator.deny "remediate_drain_node" (denied_by_rule)'],
    [{ tool: "analyze_cost" }, "rule: roles.operator.permissions (no_permission)"],
    [
      { tool: "diagnose_pod", namespaces: ["x"] },
      "rule: roles.operator.namespace_restrictions (namespace_not_permitted)",
    ],
  ])("says what denies %j", (call, rule) => {
    const text = explainDecision(policy, { principal: { name: "bob" }, ...call });
    expect(text.split("\n")[0]).toBe("denied");
    expect(text).toContain(rule);
  });

  it("says which groups and which context were asked about", () => {
    const request = { principal: { name: "ann", groups: ["ghosts"] }, tool: "diagnose_pod", context: "prod" };
    const text = explainDecision(policy, request);
    expect(text).toContain("groups: ghosts");
    expect(text).toContain("context: prod");
    expect(text).toContain("(unknown_role)");
  });
});

describe("policyWarnings", () => {
  it("names what has no effect or denies by mistake", () => {
    expect(policyWarnings(policy, tools)).toEqual([
      'users.typo names role "operater", which is not defined: every call is denied.',
      "users.bare names no role: every call is denied.",
      'groups.ghosts names role "gone", which is not defined: every call is denied.',
      'roles.operator.permissions: "remidiate_x" matches no tool of this server.',
      'roles.operator.deny: "remediate_drain_node" matches no tool of this server.',
      "roles.idle has no permissions: it permits nothing.",
      "roles.shut.namespace_restrictions is empty: it permits no namespace. Remove it to permit all.",
      "roles.shut.contexts is empty: it permits no context. Remove it to permit all.",
    ]);
  });

  it("warns of overrides that cannot be used, and of no protection at all", () => {
    const text = `
approval: never
protected_namespaces: []
roles:
  a: { permissions: ["*"], overrides: [paused] }
  b: { permissions: ["*"], overrides: [paused], approval: ask }
  c: { permissions: ["*"], overrides: [] }
users: { x: { role: a } }
`;
    expect(policyWarnings(parsePolicy(text, "p"))).toEqual([
      expect.stringContaining("protected_namespaces is empty"),
      expect.stringContaining("roles.a.overrides has no effect"),
    ]);
  });

  it("warns of the built-in policy, and of a policy without anybody", () => {
    expect(policyWarnings(builtInPolicy)).toEqual([expect.stringContaining("no policy file")]);
    expect(policyWarnings(parsePolicy("roles: {}", "p"))).toEqual([expect.stringContaining("nobody")]);
  });
});

describe("explainPolicy", () => {
  it("lays out roles, members and warnings", () => {
    const lines = explainPolicy(policy).split("\n");
    expect(lines.slice(0, 8)).toEqual([
      "policy: p.yaml",
      "approval: ask",
      "protected namespaces: infra",
      "role operator",
      "  permits: diagnose_*, remediate_*, remidiate_x",
      "  denies: remediate_drain_node",
      "  namespaces: default, production",
      "  budget: 3 actions in 900 s",
    ]);
    expect(lines).toContain("user bob: operator");
    expect(lines).toContain("user bare: (no role)");
    expect(lines).toContain("warnings: 6");
  });

  it("lays out what holds for writes", () => {
    const text = "cool_down: 0s\nroles: { a: { permissions: ['*'], overrides: [paused, cool_down] } }";
    const lines = explainPolicy(parsePolicy(text, "p")).split("\n");
    expect(lines).toContain("cool-down of an object: 0 s");
    expect(lines).toContain("  overrides: paused, cool_down");
  });

  it("says so when there is nothing to warn of", () => {
    const fine = parsePolicy("roles: { a: { permissions: ['*'] } }\nusers: { b: { role: a } }", "p");
    expect(explainPolicy(fine).split("\n").at(-1)).toBe("no warnings");
  });
});

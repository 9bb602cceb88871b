import { describe, expect, it } from "vitest";
import { PolicyError } from "./errors.ts";
import { parsePolicy } from "./parse.ts";

function problems(text: string): readonly string[] {
  try {
    parsePolicy(text, "p.yaml");
  } catch (error) {
    if (error instanceof PolicyError) return [error.code, ...error.message.split("\n")];
    throw error;
  }
  return [];
}

describe("parsePolicy", () => {
  it("reads the minimal form", () => {
    const policy = parsePolicy(
      `roles:
  operator:
    permissions: ["diagnose_*", "remediate_*", "analyze_*"]   # globs over tool names
    namespace_restrictions: ["default", "production"]          # optional
users:
  bob: { role: operator }
`,
      "rbac_policy.yaml",
    );
    expect(policy).toEqual({
      source: "rbac_policy.yaml",
      roles: new Map([
        [
          "operator",
          {
            permissions: ["diagnose_*", "remediate_*", "analyze_*"],
            deny: [],
            namespaces: ["default", "production"],
          },
        ],
      ]),
      users: new Map([["bob", "operator"]]),
      groups: new Map(),
    });
  });

  it("reads everything beyond it", () => {
    const policy = parsePolicy(
      `
approval: ask
budget: { actions: 20, window: 1h }
cool_down: 5m
protected_namespaces: [kube-system, "infra-*"]
roles:
  ops:
    permissions: ["*"]
    deny: ["remediate_drain_node"]
    contexts: [staging, "arn:aws:eks:eu:1:cluster/dev"]
    approval: confirm
    budget: { actions: 3, window: 15m }
    overrides: [last_ready_replica, no_controller]
groups:
  "oidc:sre": { role: ops }
`,
      "p",
    );
    expect(policy).toMatchObject({
      approval: "ask",
      budget: { actions: 20, windowSeconds: 3_600 },
      coolDownSeconds: 300,
      protectedNamespaces: ["kube-system", "infra-*"],
      groups: new Map([["oidc:sre", "ops"]]),
    });
    expect(policy.roles.get("ops")).toEqual({
      permissions: ["*"],
      deny: ["remediate_drain_node"],
      contexts: ["staging", "arn:aws:eks:eu:1:cluster/dev"],
      approval: "confirm",
      budget: { actions: 3, windowSeconds: 900 },
      overrides: ["last_ready_replica", "no_controller"],
    });
  });

  it("reads a cool-down of none", () => {
    expect(parsePolicy("roles: {}\ncool_down: 0s", "p").coolDownSeconds).toBe(0);
  });

  it("reads cool-downs and budgets of a day and of 1,000 actions", () => {
    expect(parsePolicy("roles: {}\ncool_down: 24h", "p").coolDownSeconds).toBe(86_400);
    expect(parsePolicy("roles: {}\nbudget: { actions: 1000, window: 1d }", "p").budget).toEqual({
      actions: 1000,
      windowSeconds: 86_400,
    });
  });

  it("reads JSON, anchors and names that mean something to JavaScript", () => {
    expect(parsePolicy('{"roles": {"a": {"permissions": ["*"]}}}', "p").roles.has("a")).toBe(true);
    const anchored = parsePolicy("roles: { a: &a { permissions: ['x'] }, b: *a }", "p");
    expect(anchored.roles.get("b")).toEqual(anchored.roles.get("a"));
    expect(parsePolicy("roles: {}\nusers: { __proto__: { role: a } }", "p").users.get("__proto__")).toBe("a");
  });

  it("accepts a user without a role or with an unknown one: each call decides", () => {
    const policy = parsePolicy("roles: {}\nusers: { a: {}, b: { role: gone } }", "p");
    expect([...policy.users]).toEqual([
      ["a", undefined],
      ["b", "gone"],
    ]);
  });

  it.each([
    ["", "p.yaml: expected a document"],
    ["roles: [", "p.yaml:1: unexpected end"],
    ["roles: {}\nroles: {}", "p.yaml:2: duplicated mapping key"],
    ["roles: {}\nusers:\n  a: {role: x}\n  a: {role: y}", "p.yaml:4: duplicated mapping key"],
    ["roles:\n  a: { permissions: [x], permissions: [y] }", "p.yaml:2: duplicated mapping key"],
    ["roles: *gone", "p.yaml:1: unidentified alias"],
    ["--- {roles: {}}\n--- {roles: {}}", "p.yaml: expected a single document"],
    ["roles: !!js/function 'x'", "p.yaml:1: unknown scalar tag"],
    ["\t\troles: {}", "p.yaml:1: "],
    [`roles: ${"[".repeat(200)}`, "p.yaml:1: "],
  ])("says where %j is not YAML", (text, place) => {
    const [code, first] = problems(text);
    expect(code).toBe("policy_syntax");
    expect(first).toContain(place);
    expect(first).toContain("Correct the YAML");
  });

  it.each([
    ["~", "p.yaml:1: must be a mapping of keys"],
    ["just text", "p.yaml:1: must be a mapping of keys"],
    ["users: {}", "p.yaml:1: roles: is missing"],
    ["roles: []", "p.yaml:1: roles: must be a mapping of names"],
    ["roles: {}\nuser: {}", "p.yaml:2: user: is not a key of a policy here"],
    ["roles: {}\n__proto__: {}", "p.yaml:2: __proto__: is not a key of a policy here"],
    ["roles:\n  a:\n    permision: ['*']", "p.yaml:3: roles.a.permision: is not a key"],
    ["roles:\n  a:\n    permissions: '*'", "p.yaml:3: roles.a.permissions: must be a list"],
    [
      "roles:\n  a:\n    permissions:\n      - '*'\n      - 7",
      "p.yaml:5: roles.a.permissions.1: must be text",
    ],
    ["roles:\n  a: { permissions: ['!x'] }", "p.yaml:2: roles.a.permissions.0: is not a glob"],
    ["roles:\n  a: { permissions: ['{a,b}'] }", "p.yaml:2: roles.a.permissions.0: is not a glob"],
    ["roles:\n  a: { permissions: ['+(a|b)'] }", "p.yaml:2: roles.a.permissions.0: is not a glob"],
    ["roles:\n  a: { permissions: ['Diagnose_*'] }", "p.yaml:2: roles.a.permissions.0: is not a glob"],
    ["roles:\n  a: { permissions: [''] }", "p.yaml:2: roles.a.permissions.0: is empty"],
    ["roles:\n  a:\n    namespace_restrictions:", "p.yaml:3: roles.a.namespace_restrictions: must be a list"],
    [
      "roles:\n  a: { namespace_restrictions: [Prod] }",
      "p.yaml:2: roles.a.namespace_restrictions.0: is not a",
    ],
    [
      "roles:\n  a: { namespace_restrictions: ['a/*'] }",
      "p.yaml:2: roles.a.namespace_restrictions.0: is not a",
    ],
    [
      "roles:\n  a: { namespace_restrictions: ['-a'] }",
      "p.yaml:2: roles.a.namespace_restrictions.0: is not a",
    ],
    ["roles:\n  a: { approval: yes }", "p.yaml:2: roles.a.approval: must be ask, confirm or never"],
    ["roles: {}\nbudget: { actions: 0, window: 1h }", "p.yaml:2: budget.actions: must be a whole number"],
    ["roles: {}\nbudget: { actions: 1.5, window: 1h }", "p.yaml:2: budget.actions: must be a whole number"],
    ["roles: {}\nbudget: { actions: 1001, window: 1h }", "p.yaml:2: budget.actions: must be 1000 at most"],
    ["roles: {}\nbudget: { actions: 1, window: 25h }", "p.yaml:2: budget.window: must be 1d at most"],
    ["roles: { a: { budget: { actions: 1, window: 86401s } } }", "budget.window: must be 1d at most"],
    ["roles: {}\ncool_down: 2d", "p.yaml:2: cool_down: must be 1d at most"],
    ["roles: {}\nbudget: { actions: 1, window: 1w }", "p.yaml:2: budget.window: must be a duration"],
    ["roles: {}\nbudget: { actions: 1 }", "p.yaml:2: budget.window: is missing"],
    ["roles: {}\nbudget: { actions: 1, window: 0s }", "p.yaml:2: budget.window: must be a duration"],
    ["roles: {}\ncool_down: 30", "p.yaml:2: cool_down: must be text"],
    ["roles: {}\ncool_down: -1s", "p.yaml:2: cool_down: must be a duration such as 30s, 5m or 0s"],
    ["roles: {}\ncool_down: 00s", "p.yaml:2: cool_down: must be a duration"],
    ["roles:\n  a: { overrides: paused }", "p.yaml:2: roles.a.overrides: must be a list"],
    ["roles:\n  a: { overrides: ['*'] }", "p.yaml:2: roles.a.overrides.0: is not the code of a refusal"],
    ["roles:\n  a: { overrides: [Paused] }", "p.yaml:2: roles.a.overrides.0: is not the code of a refusal"],
    ["roles: {}\noverrides: [paused]", "p.yaml:2: overrides: is not a key"],
    ["roles: {}\nusers:\n  bob: operator", "p.yaml:3: users.bob: must be a mapping of keys"],
    ["roles: {}\nusers:\n  7: { role: a }", "p.yaml:3: users.7: must be text; put it in quotes"],
    ["roles: {}\nusers:\n  bob: { rol: a }", "p.yaml:3: users.bob.rol: is not a key"],
    ["roles: {}\nusers:\n  bob: { role: 7 }", "p.yaml:3: users.bob.role: must be text"],
    ['roles: {}\nusers:\n  "a\\u202Eb": { role: a }', "must not contain control or invisible characters"],
    ["roles:\n  a: &a { permissions: ['*'] }\n  b: { <<: *a }", "p.yaml:3: roles.b.<<: is not a key"],
  ])("says where %j is no policy", (text, place) => {
    const [code, first] = problems(text);
    expect(code).toBe("policy_invalid");
    expect(first).toContain(place);
  });

  it("names all problems at once, up to twenty", () => {
    const [, ...lines] = problems("roles:\n  a: { approval: x }\n  b: { deny: 7 }\nextra: 1");
    expect(lines).toHaveLength(3);
    const many = Array.from({ length: 50 }, (_, i) => `  r${i}: 7`).join("\n");
    expect(problems(`roles:\n${many}`)).toHaveLength(21);
  });

  it("refuses a file that is far too large", () => {
    expect(problems(`# ${"x".repeat(1_048_576)}`)[0]).toBe("policy_invalid");
  });

  it("is not slowed down by aliases of aliases", () => {
    const levels = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &k${i + 1} [*k${i}, *k${i}, *k${i}]`);
    const started = performance.now();
    expect(problems(`k0: &k0 [a]\n${levels.join("\n")}\nroles: *k30`)[0]).toBe("policy_invalid");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "./access.ts";
import { decide, mayCall } from "./decide.ts";
import type { Policy, Role } from "./policy/schema.ts";

/** A second opinion that shares no code with decide: the specification, spelled out step by step. */
function oracle(policy: Policy, request: AccessRequest): "no" | "all" | string[] {
  if (!/^[a-z][a-z0-9_]*$/.test(request.tool) || request.tool.length > 64) return "no";
  const held = heldRoles(policy, request);
  for (const role of held) for (const glob of role.deny) if (like(glob, request.tool)) return "no";
  const granting = held.filter(
    (role) =>
      role.permissions.filter((glob) => like(glob, request.tool)).length > 0 &&
      (!role.contexts || (request.context !== undefined && new Set(role.contexts).has(request.context))),
  );
  const asked = request.namespaces ?? [];
  if (granting.length === 0 || !asked.every(isLabel)) return "no";
  if (granting.some((role) => !("namespaces" in role))) return "all";
  return limits(
    granting.flatMap((role) => role.namespaces ?? []),
    asked,
    request,
  );
}

function heldRoles({ users, groups, roles }: Policy, { principal }: AccessRequest): Role[] {
  const names = users.has(principal.name)
    ? [users.get(principal.name)]
    : (principal.groups ?? []).map((group) => groups.get(group));
  const held: Role[] = [];
  for (const name of names) {
    const role = name === undefined ? undefined : roles.get(name);
    if (role) held.push(role);
  }
  return held;
}

function limits(entries: string[], asked: readonly string[], request: AccessRequest): "no" | string[] {
  const permitted = (name: string) => isLabel(name) && entries.some((entry) => like(entry, name));
  const patterns = entries.filter((entry) => entry.includes("*") || entry.includes("?"));
  if (!asked.every(permitted)) return "no";
  if (asked.length === 0 && request.needsNamespace) return "no";
  if (asked.length === 0 && patterns.length > 0 && !request.existingNamespaces) return "no";
  const all = new Set(entries.filter((entry) => !patterns.includes(entry)));
  for (const name of asked) all.add(name);
  for (const name of request.existingNamespaces ?? []) if (permitted(name)) all.add(name);
  return all.size === 0 ? "no" : [...all].sort();
}

function like(glob: string, name: string): boolean {
  if (glob === "") return name === "";
  if (glob.startsWith("*")) return like(glob.slice(1), name) || (name !== "" && like(glob, name.slice(1)));
  return name !== "" && (glob[0] === "?" || glob[0] === name[0]) && like(glob.slice(1), name.slice(1));
}

function isLabel(name: string): boolean {
  if (name.length === 0 || name.length > 63 || name.startsWith("-") || name.endsWith("-")) return false;
  return [...name].every((c) => "abcdefghijklmnopqrstuvwxyz0123456789-".includes(c));
}

const tools = ["diagnose_pod", "diagnose_node", "remediate_pod", "analyze_a", "d"];
const oddTools = ["D", "Diagnose_pod", "x y", "__proto__", ""];
const toolGlobs = [
  "*",
  "*",
  "diagnose_*",
  "*_pod",
  "diagnose_pod",
  "?",
  "remediate_*",
  "*a*",
  "d*_?o*",
  "**",
];
const namespaceNames = ["default", "team-a", "team-b", "team", "a", "kube-system"];
const odd = ["Team-A", "team-a ", "..", "", "team-a/", "-a", "a-", "%2e", "\u0000", "é", "a\n"];
const namespaceGlobs = [...namespaceNames, "team-*", "*", "?", "*-*", "team-?"];
const names = ["ann", "bob", "__proto__", "constructor"];
const roleNames = ["r1", "r1", "r2", "r2", "r3", "__proto__", "constructor"];
const contexts = ["prod", "dev"];

const some = (from: readonly string[], maxLength = 3) => fc.array(fc.constantFrom(...from), { maxLength });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };

const role: fc.Arbitrary<Role> = fc
  .record({
    permissions: fc.array(fc.constantFrom(...toolGlobs), { minLength: 1, maxLength: 3 }),
    deny: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, some(toolGlobs, 1)),
    namespaces: optional(some(namespaceGlobs, 6)),
    contexts: fc.option(some(contexts, 2), { nil: undefined, freq: 1 }),
  })
  .map(defined);

const members = fc
  .array(fc.tuple(fc.constantFrom(...names), optional(fc.constantFrom(...roleNames))), {
    minLength: 3,
    maxLength: 6,
  })
  .map((entries) => new Map(entries));

const policies: fc.Arbitrary<Policy> = fc.record({
  source: fc.constant("random"),
  roles: fc.tuple(role, role, role).map(([r1, r2, r3]) => new Map(Object.entries({ r1, r2, r3 }))),
  users: members,
  groups: members,
});

const requests: fc.Arbitrary<AccessRequest> = fc
  .record({
    principal: fc
      .record({ name: fc.constantFrom(...names), groups: optional(some(names)) })
      .map((principal) => ({ ...defined(principal), name: principal.name })),
    tool: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...tools) }, fc.constantFrom(...oddTools)),
    namespaces: optional(
      fc.oneof({ weight: 4, arbitrary: some(namespaceNames, 2) }, some([...namespaceNames, ...odd], 2)),
    ),
    context: optional(fc.constantFrom(...contexts, "other")),
    needsNamespace: optional(fc.boolean()),
    existingNamespaces: optional(some([...namespaceNames, ...odd])),
  })
  .map(defined);

describe("decide", () => {
  it("agrees with an independent reading of the specification on random policies and calls", () => {
    const seen = { no: 0, all: 0, scoped: 0 };
    fc.assert(
      fc.property(policies, requests, (policy, request) => {
        const decision = decide(policy, request);
        const expected = oracle(policy, request);
        seen[typeof expected === "string" ? expected : "scoped"] += 1;
        expect(decision.allowed ? (decision.scope?.namespaces ?? "all") : "no").toEqual(expected);
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(seen.no, seen.all, seen.scoped)).toBeGreaterThan(1_000);
  });

  it("permits nothing that mayCall hides", () => {
    fc.assert(
      fc.property(policies, requests, (policy, request) => {
        const { principal, tool } = request;
        if (decide(policy, request).allowed) expect(mayCall(policy, { principal, tool })).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it("never permits more after a deny was added", () => {
    fc.assert(
      fc.property(policies, requests, fc.constantFrom(...toolGlobs), (policy, request, glob) => {
        const roles = new Map(
          [...policy.roles].map(([name, r]) => [name, { ...r, deny: [...r.deny, glob] }] as const),
        );
        if (!decide(policy, request).allowed) {
          expect(decide({ ...policy, roles }, request).allowed).toBe(false);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

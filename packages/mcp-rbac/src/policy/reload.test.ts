import { cp, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PolicyError } from "./errors.ts";
import { parsePolicy } from "./parse.ts";
import { type WatchedPolicy, watchPolicy } from "./reload.ts";
import type { Policy } from "./schema.ts";

const file = (role: string) =>
  `roles:\n  ${role}: { permissions: ["*"] }\nusers:\n  bob: { role: ${role} }\n`;

describe("watchPolicy", () => {
  let directory: string;
  let path: string;
  let watched: WatchedPolicy | undefined;
  const reloads: Policy[] = [];
  const errors: PolicyError[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "policy-"));
    path = join(directory, "rbac_policy.yaml");
    reloads.length = 0;
    errors.length = 0;
  });
  afterEach(async () => {
    watched?.close();
    await rm(directory, { recursive: true });
  });

  const watch = async (intervalMs = 3_600_000, settleMs = 20) => {
    const onReload = (policy: Policy) => reloads.push(policy);
    watched = await watchPolicy(
      { directory },
      { intervalMs, settleMs, onReload, onError: (error) => errors.push(error) },
    );
    return watched;
  };
  const role = () => watched?.current().users.get("bob");

  it("takes over an edit in place, a replacement by rename and a swapped link", async () => {
    await mkdir(join(directory, "v1"));
    await mkdir(join(directory, "v2"));
    await writeFile(join(directory, "v1", "p"), file("one"));
    await writeFile(join(directory, "v2", "p"), file("two"));
    await symlink("v1", join(directory, "data"));
    await symlink("data/p", path);
    const { check } = await watch();
    expect(role()).toBe("one");

    await symlink("v2", join(directory, "data.new"));
    await rename(join(directory, "data.new"), join(directory, "data"));
    await check();
    expect(role()).toBe("two");

    await writeFile(path, file("three"));
    await check();
    expect(role()).toBe("three");

    await writeFile(join(directory, "new"), file("fours"));
    await rename(join(directory, "new"), path);
    await check();
    expect(role()).toBe("fours");
    expect([reloads.length, errors.length]).toEqual([3, 0]);
  });

  it("notices a change of equal length whose time was set back", async () => {
    await writeFile(path, file("one"));
    await utimes(path, 1_000, 1_000);
    const { check } = await watch();
    await new Promise((resolve) => setTimeout(resolve, 20)); // file systems keep times in coarse ticks
    await writeFile(join(directory, "new"), file("two"));
    await utimes(join(directory, "new"), 1_000, 1_000);
    await cp(join(directory, "new"), path, { preserveTimestamps: true });
    await check();
    expect(role()).toBe("two");
  });

  it("keeps the last good policy when the file breaks, says so once, and recovers", async () => {
    await writeFile(path, file("one"));
    const { check } = await watch();
    await writeFile(path, "roles: [");
    await check();
    await check();
    expect(role()).toBe("one");
    expect(errors.map(({ code }) => code)).toEqual(["policy_syntax"]);
    await writeFile(path, file("two"));
    await check();
    expect(role()).toBe("two");
    expect(errors).toHaveLength(1);
  });

  it("keeps the last good policy when the file disappears: the built-in one does not come back", async () => {
    await writeFile(path, file("one"));
    const { check } = await watch();
    await rm(path);
    await check();
    await check();
    expect(role()).toBe("one");
    expect(watched?.current().users.has("admin")).toBe(false);
    expect(errors.map(({ code }) => code)).toEqual(["policy_not_found"]);
  });

  it("takes over a file that appears while the built-in policy holds", async () => {
    const { check, current } = await watch();
    expect(current().source).toBe("built-in");
    await check();
    expect([reloads.length, errors.length]).toEqual([0, 0]);
    await writeFile(path, "broken: [");
    await check();
    expect(current().source).toBe("built-in");
    await writeFile(path, file("one"));
    await check();
    expect(current().source).toBe(path);
  });

  it("does not start with a broken file", async () => {
    await writeFile(path, "roles: 7");
    await expect(watch()).rejects.toMatchObject({ code: "policy_invalid" });
  });

  it("looks by itself, so that a revocation holds soon", async () => {
    await writeFile(path, file("one"));
    watched = await watchPolicy({ directory });
    await writeFile(path, "roles: {}\n");
    await vi.waitFor(() => expect(role()).toBeUndefined(), { timeout: 5_000, interval: 20 });
  });

  it("does not take a file that is being written", async () => {
    await writeFile(path, file("one"));
    const { check } = await watch(3_600_000, 400);
    const whole = `${file("two")}  eve: { role: two }\n`;
    await writeFile(path, whole.slice(0, 40));
    const checking = check();
    for (let length = 41; length <= whole.length; length += 8) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await writeFile(path, whole.slice(0, length));
    }
    await writeFile(path, whole);
    await checking;
    expect([...(watched?.current().users.keys() ?? [])]).toEqual(["bob", "eve"]);
    expect(errors).toEqual([]);
  });

  it("looks no more once closed", async () => {
    await writeFile(path, file("one"));
    const { close } = await watch(10);
    close();
    await writeFile(path, file("two"));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(role()).toBe("one");
  });
});

describe("a broken edit", () => {
  const good = `roles:
  operator:
    permissions: ["diagnose_*", "remediate_*"]
    deny: ["remediate_drain_node"]
    namespace_restrictions: ["default", "team-*"]
    budget: { actions: 3, window: 15m }
users:
  bob: { role: operator }
`;
  const edit = fc.record({
    at: fc.nat(good.length - 1),
    length: fc.nat(12),
    text: fc.constantFrom("", "[", "}", ":", "\n", "\t", '"', "&a", "*b", "- ", "#", "\u0000", "🙂", "<<: "),
  });

  it("is refused with a policy error or read as a policy, never anything else", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const text = edits.reduce(
          (t, { at, length, text: added }) => t.slice(0, at) + added + t.slice(at + length),
          good,
        );
        try {
          expect(parsePolicy(text, "p").roles).toBeInstanceOf(Map);
        } catch (error) {
          refused += 1;
          expect(error).toMatchObject({ name: "PolicyError", code: expect.stringMatching(/^policy_/) });
        }
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

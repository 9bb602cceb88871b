import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtInPolicy } from "./defaults.ts";
import { loadPolicy } from "./load.ts";

describe("loadPolicy", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "policy-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const write = (name: string, role: string) =>
    writeFile(join(directory, name), `roles: { ${role}: { permissions: ['*'] } }`);

  it("takes the built-in policy when nothing is there", async () => {
    expect(await loadPolicy({ directory })).toBe(builtInPolicy);
  });

  it("reads rbac_policy.yaml from the working directory", async () => {
    await write("rbac_policy.yaml", "here");
    const policy = await loadPolicy({ directory });
    expect(policy.source).toBe(join(directory, "rbac_policy.yaml"));
    expect([...policy.roles.keys()]).toEqual(["here"]);
  });

  it("prefers the file that was named", async () => {
    await write("rbac_policy.yaml", "here");
    await write("other.yaml", "there");
    const policy = await loadPolicy({ directory, file: join(directory, "other.yaml") });
    expect([...policy.roles.keys()]).toEqual(["there"]);
  });

  it("fails when the file that was named is missing, instead of taking another", async () => {
    await write("rbac_policy.yaml", "here");
    const file = join(directory, "gone.yaml");
    await expect(loadPolicy({ directory, file })).rejects.toMatchObject({ code: "policy_not_found", file });
  });

  it("fails when the default file is broken or no file, instead of taking the built-in policy", async () => {
    await writeFile(join(directory, "rbac_policy.yaml"), "roles: [");
    await expect(loadPolicy({ directory })).rejects.toMatchObject({ code: "policy_syntax" });
    await rm(join(directory, "rbac_policy.yaml"));
    await mkdir(join(directory, "rbac_policy.yaml"));
    await expect(loadPolicy({ directory })).rejects.toMatchObject({ code: "policy_unreadable" });
  });
});

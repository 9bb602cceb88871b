import { execFile } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  ENTRY,
  openServer,
  SHOP,
  type StdioServer,
  startServer,
  temporaryDirectory,
} from "./stdio-server.ts";

const POLICY = `roles:
  operator:
    permissions: ["diagnose_*"]
    namespace_restrictions: ["shop"]
  looker: { permissions: ["diagnose_pod"] }
users:
  bob: { role: operator }
  lou: { role: looker }
`;

async function policyFile(text: string): Promise<string> {
  const file = join(await temporaryDirectory(), "policy.yaml");
  await writeFile(file, text);
  return file;
}

async function toolNames(server: StdioServer): Promise<readonly string[]> {
  const { result } = await server.request("tools/list");
  const { tools } = result as { tools: readonly { name: string }[] };
  return tools.map(({ name }) => name);
}

const as = (user: string, policy: string) => ["--snapshot", SHOP, "--policy", policy, "--user", user];

describe("a start", () => {
  it.each([
    [
      "with a broken policy file",
      async () => as("bob", await policyFile("roles:\n  a: [\nusers: {}\n")),
      1,
      /policy\.yaml.*3|line 3/,
    ],
    [
      "with a policy of a wrong shape",
      async () => as("bob", await policyFile(`${POLICY}rolls: {}\n`)),
      1,
      /rolls/,
    ],
    [
      "with a policy file that does not exist",
      async () => as("bob", join(await temporaryDirectory(), "none.yaml")),
      1,
      /none\.yaml/,
    ],
    ["with a policy file but no user", async () => ["--policy", await policyFile(POLICY)], 2, /--user/],
    ["with an unknown option", () => ["--snapshots", SHOP], 2, /--snapshots/],
    ["with an unknown command", () => ["diagnose"], 2, /diagnose/],
    ["with a bound that is none", () => ["--max-bytes", "lots"], 2, /--max-bytes/],
  ] as const)("%s ends with a sentence on standard error", async (_, args, code, says) => {
    const server = await startServer(await args());
    expect(await server.exited).toBe(code);
    expect(server.stderr()).toMatch(says);
    expect(server.stderr()).not.toMatch(/\n\s+at /);
    expect(server.lines).toEqual([]);
  });

  it("with rbac_policy.yaml in the working directory follows it", async () => {
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, "rbac_policy.yaml"), POLICY);
    const server = await openServer(["--snapshot", SHOP, "--user", "lou"], { cwd });
    expect(await toolNames(server)).toEqual(["diagnose_pod"]);
  });

  it("without a policy file warns on standard error and calls as admin", async () => {
    const server = await openServer(["--snapshot", SHOP]);
    expect(await toolNames(server)).toContain("diagnose_cluster");
    await expect.poll(() => server.stderr()).toMatch(/no policy file/);
  });
});

describe("a policy", () => {
  it("hides what a user may not call and refuses it when it is called all the same", async () => {
    const server = await openServer(as("lou", await policyFile(POLICY)));
    expect(await toolNames(server)).toEqual(["diagnose_pod"]);
    const { error } = await server.call("diagnose_cluster", {});
    expect(error).toMatchObject({ code: "permission_denied", message: expect.stringContaining("looker") });
    const { structured } = await server.call("diagnose_pod", { namespace: "shop", pod_name: "worker-0" });
    expect(structured).toMatchObject({ state: "failing" });
  });

  it("shows nothing to a user that it does not know", async () => {
    const server = await openServer(as("eve", await policyFile(POLICY)));
    expect(await toolNames(server)).toEqual([]);
    const { error } = await server.call("diagnose_cluster", {});
    expect(error).toMatchObject({ code: "permission_denied", message: expect.stringContaining("eve") });
  });

  it("keeps a role to its namespaces, also when a call names none", async () => {
    const server = await openServer(as("bob", await policyFile(POLICY)));
    expect((await server.call("diagnose_namespace", { namespace: "calm" })).error).toMatchObject({
      code: "permission_denied",
    });
    const { structured, text } = await server.call("diagnose_cluster", {});
    expect(structured).toMatchObject({ pods: { total: 2 } });
    expect(structured?.not_checked).toContainEqual(
      expect.objectContaining({ reason: "forbidden_by_policy" }),
    );
    expect(text).not.toContain("calm");
  });

  it.each([
    ["written in place", (file: string, text: string) => writeFile(file, text)],
    [
      "replaced",
      async (file: string, text: string) => {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      },
    ],
  ])("that is %s while the server runs holds for the next call within 2 s", async (_, change) => {
    const file = await policyFile(POLICY);
    const server = await openServer(as("lou", file));
    expect(await toolNames(server)).toEqual(["diagnose_pod"]);
    await change(file, POLICY.replace('["diagnose_pod"]', '["diagnose_service"]'));
    await expect.poll(() => toolNames(server), { timeout: 2_000 }).toEqual(["diagnose_service"]);
    const { error } = await server.call("diagnose_pod", { namespace: "shop", pod_name: "worker-0" });
    expect(error).toMatchObject({ code: "permission_denied" });
  });

  it("that breaks while the server runs leaves the last good one in force and says so", async () => {
    const file = await policyFile(POLICY);
    const server = await openServer(as("lou", file));
    expect(await toolNames(server)).toEqual(["diagnose_pod"]);
    await writeFile(file, "roles: [");
    await expect.poll(() => server.stderr(), { timeout: 2_000 }).toMatch(/last good one holds/);
    expect(await toolNames(server)).toEqual(["diagnose_pod"]);
  });
});

describe("policy explain", () => {
  const limited = `roles:
  team: { permissions: ["*"], namespace_restrictions: [shop] }
users:
  ann: { role: team }
`;
  it.each([
    ["remediate_drain_node", [], "denied"],
    ["remediate_scale_deployment", [], "denied"],
    ["remediate_scale_deployment", ["--namespace", "shop"], "allowed"],
    ["remediate_scale_deployment", ["--namespace", "other"], "denied"],
    ["remediate_undo", [], "allowed"],
    ["diagnose_cluster", [], "allowed"],
  ])("says of a limited role and %s %j what the server would: %s", async (tool, where, said) => {
    const policy = await policyFile(limited);
    const args = ["policy", "explain", "--policy", policy, "--user", "ann", "--tool", tool, ...where];
    const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, ...args]);
    expect(stdout.split("\n")[0]).toBe(said);
  });
});

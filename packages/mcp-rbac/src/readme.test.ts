import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { policyWarnings } from "./policy/check.ts";
import { parsePolicy } from "./policy/parse.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

async function example(language: string): Promise<string> {
  const readme = await readFile(`${root}README.md`, "utf8");
  return readme.split(`\`\`\`${language}\n`)[1]?.split("```")[0] ?? "";
}

it("runs the example of the README as it is printed", async () => {
  const options = [
    "--conditions=@k8s-ops/source",
    "--input-type=module-typescript",
    "--eval",
    await example("ts"),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
  expect(stdout).toContain("looked into default");
  expect(stdout).toContain("permission_denied");
});

it("reads the policy of the README without a warning", async () => {
  const policy = parsePolicy(await example("yaml"), "README.md");
  expect(policyWarnings(policy)).toEqual([]);
  expect(policy.groups.get("sre")).toBe("operator");
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

it.each([
  [0, "Oslo: 21 °C"],
  [1, "{ ok: true, records: 2 }"],
])("runs example %i of the README as it is printed", async (index, said) => {
  const readme = await readFile(`${root}README.md`, "utf8");
  const example = [...readme.matchAll(/```ts\n(.*?)```/gs)][index]?.[1] ?? "";
  const options = ["--conditions=@k8s-ops/source", "--input-type=module-typescript", "--eval", example];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
  expect(stdout).toContain(said);
});

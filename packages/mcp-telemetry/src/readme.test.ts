import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("runs the example of the README as it is printed", async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const readme = await readFile(`${root}README.md`, "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const options = ["--conditions=@k8s-ops/source", "--input-type=module-typescript", "--eval", example];
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
  expect(stdout).toContain("Oslo: 21 °C");
});

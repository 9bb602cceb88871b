import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import type { Check } from "@k8s-ops/k8s-diagnostics";
import type { CheckExample } from "./checks-reference.ts";

/** The first finding of each check in the first of its fixtures that shows a fault. @throws Error when it finds nothing */
export function checkExamples(checks: readonly Check[], root: string): readonly CheckExample[] {
  return checks.map((check) => {
    const folder = join(
      root,
      "packages/k8s-diagnostics/src/checks",
      check.id.replaceAll("_", "-"),
      "fixtures",
    );
    const [fixture] = existsSync(folder)
      ? readdirSync(folder)
          .filter((file) => file.startsWith("fault"))
          .sort()
      : [];
    if (fixture === undefined) throw new Error(`${check.id} has no fixture that shows its fault`);
    const { objects, asOf } = snapshotFromFile(join(folder, fixture));
    const [finding] = check.run({ objects, asOf });
    if (!finding) throw new Error(`${check.id} finds nothing in ${fixture}`);
    return { check, finding };
  });
}

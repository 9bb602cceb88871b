import process from "node:process";
import { BUILD, INSTALL, runStep, type Step } from "./steps.ts";

/** Everything that needs no cluster: `npm test`. */
const CHECKS: readonly Step[] = [
  { name: "format and lint", command: "pnpm", args: ["run", "lint"] },
  { name: "types", command: "pnpm", args: ["run", "typecheck"] },
  { name: "generated files", command: "pnpm", args: ["run", "generate", "--check"] },
  { name: "unused code and dependencies", command: "pnpm", args: ["exec", "knip"] },
  BUILD,
  { name: "packages", command: "node", args: ["scripts/check-packages.ts"] },
];

const REPORT = ["--reporter=default", "--reporter=json", "--outputFile.json=reports/tests.json"];

runStep(INSTALL);
for (const step of CHECKS) runStep(step);
runStep(
  {
    name: "tests",
    command: "pnpm",
    args: [
      "exec",
      "vitest",
      "run",
      "--project",
      "unit",
      "--project",
      "integration",
      ...REPORT,
      ...process.argv.slice(2),
    ],
  },
  { show: true },
);

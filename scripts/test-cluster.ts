import process from "node:process";
import { parseArgs } from "node:util";
import { INSTALL, runStep } from "./steps.ts";

/**
 * `npm run test:cluster`: all suites on the test cluster, which is brought up, or on that of --kubeconfig FILE. Words
 * such as `remediation` choose the files whose paths have them.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kubeconfig: { type: "string" }, scenarios: { type: "string" }, keep: { type: "boolean" } },
});
const settings = {
  K8S_OPS_KUBECONFIG: values.kubeconfig,
  K8S_OPS_SCENARIOS: values.scenarios,
  K8S_OPS_KEEP: values.keep ? "1" : undefined,
};
for (const [name, value] of Object.entries(settings)) if (value !== undefined) process.env[name] = value;

const REPORT = ["--reporter=default", "--reporter=json", "--outputFile.json=reports/cluster.json"];
runStep(INSTALL);
runStep(
  {
    name: "cluster suites",
    command: "pnpm",
    args: ["exec", "vitest", "run", "--project", "cluster", ...REPORT, ...positionals],
  },
  { show: true },
);

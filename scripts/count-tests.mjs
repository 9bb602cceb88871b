// Prints `N passed, N failed` from the reports of the test runs. A step that failed without a failed test counts as one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";

const reports = existsSync("reports") ? readdirSync("reports").filter((name) => name.endsWith(".json")) : [];
let passed = 0;
let failed = 0;
for (const name of reports) {
  const report = JSON.parse(readFileSync(`reports/${name}`, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
}
if (failed === 0 && process.argv[2] !== "0") failed = 1;
console.log(`${passed} passed, ${failed} failed`);
if (passed === 0 || failed > 0) process.exitCode = 1;

import process from "node:process";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const shared = {
  resolve: { conditions: ["@k8s-ops/source", "node"] },
  ssr: { resolve: { conditions: ["@k8s-ops/source", "node"] } },
};

const CLUSTER_TESTS = [
  "test/cluster/e2e/scenarios.test.ts",
  "test/cluster/e2e/healthy-at-scale.test.ts",
  "test/cluster/e2e/remediation/*.test.ts",
];

const unit: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    name: "unit",
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "scripts/**/*.test.ts",
      "test/cluster/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", ...CLUSTER_TESTS],
    testTimeout: 20_000,
    isolate: false,
  },
};

/** The built packages as others use them: needs `pnpm run build` first. */
const integration: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    name: "integration",
    include: ["test/{conformance,consumers,e2e}/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
};

/** Needs a real cluster, and has it for itself: one file after the other. */
const cluster: TestProjectInlineConfiguration = {
  ...shared,
  test: {
    name: "cluster",
    include: CLUSTER_TESTS,
    testTimeout: 60_000,
    hookTimeout: 20 * 60_000,
    fileParallelism: false,
  },
};

/** Only who asks for it by name runs it: `vitest run --project cluster`. */
const isClusterWanted = process.argv.some((word) => word === "cluster" || word === "--project=cluster");

export default defineConfig({
  test: { projects: [unit, integration, ...(isClusterWanted ? [cluster] : [])] },
});

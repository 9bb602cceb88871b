import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@k8s-ops/source", "node"] },
  ssr: { resolve: { conditions: ["@k8s-ops/source", "node"] } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "scripts/**/*.test.ts",
      "test/cluster/src/**/*.test.ts",
    ],
    testTimeout: 20_000,
  },
});

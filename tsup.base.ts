import { defineConfig, type Options } from "tsup";

/** Build settings of a published library: ESM, declarations, one output per public entry. */
export const library = (entry: Record<string, string>, options: Options = {}) =>
  defineConfig({
    entry,
    format: "esm",
    target: "node22",
    platform: "node",
    dts: { compilerOptions: { customConditions: [], noEmit: false } },
    clean: true,
    sourcemap: true,
    treeshake: true,
    ...options,
  });

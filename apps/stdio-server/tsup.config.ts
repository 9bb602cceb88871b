import { defineConfig } from "tsup";

export default defineConfig({
  entry: { main: "src/main.ts" },
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  clean: true,
  treeshake: true,
  // One file to load at start; what only a live cluster needs stays outside and is loaded with the first call.
  noExternal: [/^(?!@kubernetes\/client-node|undici)/],
  external: ["@kubernetes/client-node", "undici"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});

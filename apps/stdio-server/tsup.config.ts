import { defineConfig } from "tsup";

export default defineConfig({
  entry: { main: "src/main.ts" },
  format: "esm",
  target: "node22",
  platform: "node",
  splitting: true,
  clean: true,
  minify: true,
  // One file to load at start; what only a live cluster needs stays outside and is loaded with the first call.
  noExternal: [/^(?!@kubernetes\/client-node|undici)/],
  esbuildOptions(options) {
    // From the sources, so that what the handshake does not need lands in files of its own.
    options.conditions = ["@k8s-ops/source"];
  },
  external: ["@kubernetes/client-node", "undici"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});

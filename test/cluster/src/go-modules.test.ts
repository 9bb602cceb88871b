import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  buildKey,
  goModules,
  linkerFlags,
  moduleFolder,
  moduleVersion,
  requiredVersion,
} from "./go-modules.ts";

const goMod = (folder: string) => {
  const module = goModules.find((candidate) => candidate.folder === folder);
  return module === undefined ? "" : readFileSync(join(moduleFolder(module), "go.mod"), "utf8");
};

describe("Go modules", () => {
  it("build one binary for each tool they name", () => {
    for (const { folder, binaries } of goModules) {
      const tools = [...goMod(folder).matchAll(/^(?:tool |\t)(\S*\/\S*)$/gm)].map((match) => match[1]);
      // As `go build` does: the last part of the path, unless that is a version.
      const built = tools.map((path) =>
        path
          ?.replace(/\/v\d+$/, "")
          .split("/")
          .at(-1),
      );
      expect(built, folder).toEqual(Object.keys(binaries));
    }
  });

  it("take every staging module of Kubernetes in the version published with it", () => {
    const replaced = [...goMod("kubernetes").matchAll(/^\t(\S+) => (\S+) (\S+)$/gm)];
    const version = requiredVersion(goMod("kubernetes"), "k8s.io/kubernetes").replace("v1.", "v0.");
    expect(replaced.length).toBeGreaterThan(25);
    for (const [, from, to, at] of replaced) expect([to, at]).toEqual([from, version]);
  });

  it("read a version from a single line and from a block", () => {
    expect(requiredVersion("require a.b/c v1.2.3\n", "a.b/c")).toBe("v1.2.3");
    expect(requiredVersion("require (\n\ta.b/cd v9.9.9\n\ta.b/c v1.2.3 // indirect\n)\n", "a.b/c")).toBe(
      "v1.2.3",
    );
    expect(() => requiredVersion("require a.b/cd v9.9.9\n", "a.b/c")).toThrow("does not require a.b/c");
  });

  it("tell the binaries their version", () => {
    for (const module of goModules) {
      expect(linkerFlags(module, moduleVersion(module))).toContain(`=${moduleVersion(module)}`);
    }
  });

  it("name a build by Go's version and the processor", () => {
    const key = buildKey("go1.26.8", "x64");
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(buildKey("go1.26.8", "x64")).toBe(key);
    expect(buildKey("go1.26.9", "x64")).not.toBe(key);
    expect(buildKey("go1.26.8", "arm64")).not.toBe(key);
  });
});

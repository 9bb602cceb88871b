import { describe, expect, it } from "vitest";
import { cacheDir } from "./layout.ts";
import { cniBinDir, packagesOf } from "./packages.ts";
import { compareGoVersions, type Machine, missingRequirements } from "./requirements.ts";

const able: Machine = {
  platform: "linux",
  arch: "x64",
  uid: 0,
  goVersion: "go1.26.8",
  neededGoVersion: "1.26.0",
  hasCgroups: true,
  cgroupsWritable: true,
  missingPackages: ["containerd"],
  hasApt: true,
};

describe("requirements", () => {
  it("are met by a Debian machine with Go, as root", () => expect(missingRequirements(able)).toEqual([]));

  it.each<[string, Partial<Machine>]>([
    ["root", { uid: 1000 }],
    ["Go 1.26.0 or newer on PATH", { goVersion: undefined }],
    ["this is go1.24.1", { goVersion: "go1.24.1" }],
    ["amd64 or arm64", { arch: "riscv64" }],
    ["cgroups mounted", { hasCgroups: false }],
    ["writable cgroups", { cgroupsWritable: false }],
    ["to install containerd", { hasApt: false }],
  ])("say what is missing: %s", (words, difference) => {
    const missing = missingRequirements({ ...able, ...difference });
    expect(missing).toHaveLength(1);
    expect(missing[0]).toContain(words);
  });

  it("are all named at once on another system", () => {
    const missing = missingRequirements({ ...able, platform: "darwin", uid: 501, goVersion: undefined });
    expect(missing.map((line) => line.split(":")[0])).toEqual([
      "Linux",
      "root",
      "Go 1.26.0 or newer on PATH",
    ]);
  });

  it("compare versions of Go as numbers", () => {
    expect(compareGoVersions("go1.9", "1.26.0")).toBeLessThan(0);
    expect(compareGoVersions("go1.26", "1.26.0")).toBe(0);
    expect(compareGoVersions("go1.27rc1", "1.26.0")).toBeGreaterThan(0);
  });
});

describe("packages", () => {
  it("are missing when no file of theirs is there", () => {
    expect(packagesOf(() => false).missing).toContain("containerd");
    expect(packagesOf(() => true).missing).toEqual([]);
    expect(packagesOf((path) => path !== "/usr/lib/cni/bridge").missing).toEqual([]);
  });

  it("may have the CNI plugins in either usual place", () => {
    expect(cniBinDir(() => true)).toBe("/usr/lib/cni");
    expect(cniBinDir(() => false)).toBe("/opt/cni/bin");
  });
});

describe("cache folder", () => {
  it("follows XDG_CACHE_HOME", () => {
    expect(cacheDir({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/k8s-ops-mcp/cluster");
    expect(cacheDir({})).toMatch(/\/\.cache\/k8s-ops-mcp\/cluster$/);
  });
});

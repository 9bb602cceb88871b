import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A Go module of ours whose `tool` directives name what is built from it. */
export interface GoModule {
  readonly folder: string;
  /** The module whose version is also the version of what is built. */
  readonly versionOf: string;
  /** What the linker writes into the binaries: they learn their version in no other way. */
  readonly variables: (version: string) => Readonly<Record<string, string>>;
  /** The binaries, by the names that `go build` gives them. */
  readonly binaries: Readonly<Record<string, string>>;
}

export const goModules = [
  {
    folder: "kubernetes",
    versionOf: "k8s.io/kubernetes",
    variables: (version) => {
      const [major = "", minor = ""] = version.replace("v", "").split(".");
      return Object.fromEntries(
        ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((path) => [
          [`${path}.gitVersion`, version],
          [`${path}.gitMajor`, major],
          [`${path}.gitMinor`, minor],
          [`${path}.gitTreeState`, "clean"],
        ]),
      );
    },
    binaries: {
      server: "etcd",
      "kube-apiserver": "kube-apiserver",
      "kube-controller-manager": "kube-controller-manager",
      "kube-proxy": "kube-proxy",
      "kube-scheduler": "kube-scheduler",
      kubectl: "kubectl",
      kubelet: "kubelet",
    },
  },
  {
    folder: "kwok",
    versionOf: "sigs.k8s.io/kwok",
    variables: (version) => ({ "sigs.k8s.io/kwok/pkg/consts.Version": version }),
    binaries: { kwok: "kwok" },
  },
  {
    folder: "helm",
    versionOf: "helm.sh/helm/v4",
    variables: (version) => ({ "helm.sh/helm/v4/internal/version.version": version }),
    binaries: { helm: "helm" },
  },
] as const satisfies readonly GoModule[];

const goFolder = fileURLToPath(new URL("../go", import.meta.url));

/** Where a module's go.mod lies. */
export function moduleFolder(module: GoModule): string {
  return join(goFolder, module.folder);
}

function readModuleFile(module: GoModule, name: "go.mod" | "go.sum"): string {
  return readFileSync(join(moduleFolder(module), name), "utf8");
}

/** The version that a go.mod requires of a module. */
export function requiredVersion(goMod: string, path: string): string {
  const line = goMod.split("\n").find((text) =>
    text
      .trim()
      .replace(/^require\s+/, "")
      .startsWith(`${path} v`),
  );
  const version = line
    ?.trim()
    .replace(/^require\s+/, "")
    .split(/\s+/)[1];
  if (version === undefined) throw new Error(`go.mod does not require ${path}`);
  return version;
}

/** The version of what a module of ours builds. */
export function moduleVersion(module: GoModule): string {
  return requiredVersion(readModuleFile(module, "go.mod"), module.versionOf);
}

/** The Go version that each go.mod asks for. */
export function goDirectives(): string[] {
  return goModules.map((module) => readModuleFile(module, "go.mod").match(/^go (\S+)$/m)?.[1] ?? "");
}

/** The flags of `go build` for one module. */
export function linkerFlags(module: GoModule, version: string): string {
  const variables = Object.entries(module.variables(version)).map(([name, value]) => `-X ${name}=${value}`);
  return ["-s", "-w", ...variables].join(" ");
}

/** Names the build by all that decides its outcome. */
export function buildKey(goVersion: string, arch: string): string {
  const hash = createHash("sha256").update(`${goVersion}\n${arch}\n`);
  for (const module of goModules) {
    hash.update(readModuleFile(module, "go.mod")).update(readModuleFile(module, "go.sum"));
    hash.update(linkerFlags(module, moduleVersion(module)));
  }
  return hash.digest("hex").slice(0, 16);
}

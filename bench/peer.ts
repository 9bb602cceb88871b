import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** containers/kubernetes-mcp-server, written in Go, as its authors release it: npm brings the binary of this machine. */
export const PEER = { name: "kubernetes-mcp-server", version: "0.0.67" };

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The peer's binary, kept in the user's cache, or undefined where it cannot be had. */
export function peerBinary(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "k8s-ops-mcp", "bench", `${PEER.name}-${PEER.version}`);
  const platform = `${PEER.name}-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const binary = join(folder, "node_modules", platform, "bin", platform);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  try {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    const what = `${platform}@${PEER.version}`;
    execFileSync("npm", ["install", "--prefix", folder, ...quiet, what], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  return existsSync(binary) ? binary : undefined;
}

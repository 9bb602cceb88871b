import type { Principal } from "@k8s-ops/mcp-contract";
import type { Policy } from "@k8s-ops/mcp-rbac";
import { UsageError } from "./usage.ts";

/**
 * Who calls over stdio: the user named, or `admin` while only the built-in policy holds.
 * @throws UsageError when a policy file is there and nobody was named
 */
export function stdioCaller(user: string | undefined, policy: Policy): Principal {
  if (user !== undefined) return { name: user };
  if (policy.source === "built-in") return { name: "admin" };
  throw new UsageError(`${policy.source} decides who may do what: say who calls with --user NAME.`);
}

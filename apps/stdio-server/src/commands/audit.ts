import process from "node:process";
import { readAuditKey, verifyAuditLog } from "@k8s-ops/mcp-telemetry/audit";
import type { Options } from "../options.ts";
import { UsageError } from "../usage.ts";

/** `audit verify FILE [--audit-key FILE]`. Exit code 1 when the log does not fit. */
export async function audit([command, file]: readonly string[], { auditKey }: Options): Promise<void> {
  if (command !== "verify") throw new UsageError("audit has the command verify.");
  if (file === undefined) throw new UsageError("audit verify needs a file.");
  const key = auditKey === undefined ? undefined : await readAuditKey(auditKey);
  const found = await verifyAuditLog(file, key);
  if (found.ok) {
    process.stdout.write(`${file}: all ${found.records} records stand as they were written.\n`);
    return;
  }
  process.stdout.write(`${file}:${found.line}: ${found.damage}: ${found.message}.\n`);
  process.exitCode = 1;
}

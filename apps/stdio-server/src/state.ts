import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ToolError } from "@k8s-ops/mcp-contract";
import { type AuditLog, openAuditLog, readAuditKey } from "@k8s-ops/mcp-telemetry/audit";
import type { RemediationOptions } from "@k8s-ops/ops-server";
import { log } from "./log.ts";
import type { Options } from "./options.ts";

/** What the server keeps beside the cluster: the audit log, and the key that signs plans. */
export interface State extends RemediationOptions {
  close(): Promise<void>;
}

const KEY_FILE = "signing-key";
const KEY_BYTES = 32;

/** Nothing is made before it is needed; a log that is there is looked through for actions without an outcome. */
export function openState(options: Options): State {
  const directory = stateDirectory(options);
  const auditDirectory = join(directory, "audit");
  const { env } = process;
  let opened: Promise<AuditLog> | undefined;
  const audit = (): Promise<AuditLog> => {
    if (opened) return opened;
    const opening = openLog(auditDirectory, options.auditKey);
    opened = opening;
    // Tried anew with the next record.
    opening.catch(() => {
      opened = undefined;
    });
    return opening;
  };
  let key: Promise<Uint8Array> | undefined;
  if (existsSync(auditDirectory)) {
    audit().catch((error: Error) =>
      log("error", "the audit log cannot be opened", { reason: error.message }),
    );
  }
  return {
    audit,
    signingKey() {
      key ??= signingKey(directory, options.signingKey);
      key.catch(() => {
        key = undefined;
      });
      return key;
    },
    stateNamespace: options.stateNamespace ?? env.POD_NAMESPACE ?? "default",
    identity: env.POD_NAME ?? `${hostname()}-${process.pid}`,
    ...(env.POD_NAME !== undefined &&
      env.POD_NAMESPACE !== undefined && { ownPod: { namespace: env.POD_NAMESPACE, name: env.POD_NAME } }),
    async close() {
      await opened?.then((auditLog) => auditLog.close()).catch(() => undefined);
    },
  };
}

/** Source: XDG Base Directory Specification */
function stateDirectory({ stateDir }: Options): string {
  if (stateDir !== undefined) return stateDir;
  const base = process.env.XDG_STATE_HOME;
  return join(base?.startsWith("/") ? base : join(homedir(), ".local", "state"), "k8s-ops-mcp");
}

async function openLog(directory: string, keyFile: string | undefined): Promise<AuditLog> {
  const key = keyFile === undefined ? undefined : await readAuditKey(keyFile);
  const auditLog = await openAuditLog({ directory, ...(key && { key }), onRecovered: warnOfEarlyEnds });
  warnOfEarlyEnds(auditLog.recovered);
  return auditLog;
}

function warnOfEarlyEnds(actions: AuditLog["recovered"]): void {
  for (const { action_id } of actions) {
    log("warn", "another server ended before the outcome of its action was recorded", { action_id });
  }
}

async function signingKey(directory: string, file: string | undefined): Promise<Uint8Array> {
  const path = file ?? join(directory, KEY_FILE);
  try {
    if (file === undefined) await makeKey(directory, path);
    const key = await readFile(path);
    if (key.length < KEY_BYTES) throw new Error(`it has fewer than ${KEY_BYTES} bytes`);
    return key;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ToolError(
      "signing_key_unavailable",
      `Plans cannot be signed, because the key cannot be read: ${why}. Name a file of at least ${KEY_BYTES} random bytes with --signing-key, or a directory that can be written with --state-dir.`,
      { cause: error },
    );
  }
}

/** Another process may be making it at the same time: the first one wins, and nobody sees half a key. */
async function makeKey(directory: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(draft, randomBytes(KEY_BYTES).toString("hex"), { flag: "wx", mode: 0o600, flush: true });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

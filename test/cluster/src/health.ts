import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Component, HealthCheck } from "./components.ts";
import { ClusterError, messageOf } from "./errors.ts";
import { describeLog, isAlive, type ProcessRecord } from "./processes.ts";

const probeTimeoutMs = 3_000;

/** Asks a component whether it is healthy: undefined when it is, or else what is wrong. */
export function probe(check: HealthCheck): Promise<string | undefined> {
  return "socket" in check ? probeSocket(check.socket) : probeUrl(check.url);
}

function probeSocket(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(probeTimeoutMs, () => socket.destroy(new Error(`${path} does not answer`)));
    socket.on("connect", () => {
      resolve(undefined);
      socket.destroy();
    });
    socket.on("error", (error) => resolve(messageOf(error)));
  });
}

function probeUrl(url: string): Promise<string | undefined> {
  const request = url.startsWith("https:") ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    // Components sign their own certificates. No secret is sent here, and the answer is only about health.
    const options = { agent: false, rejectUnauthorized: false, timeout: probeTimeoutMs };
    const outgoing = request(url, options, (incoming) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      incoming.on("error", (error) => resolve(messageOf(error)));
      incoming.on("end", () => {
        resolve(
          incoming.statusCode === 200
            ? undefined
            : `${url} answers ${incoming.statusCode}: ${failedChecks(body)}`,
        );
      });
    });
    outgoing.on("timeout", () =>
      outgoing.destroy(new Error(`${url} does not answer within ${probeTimeoutMs / 1000} s`)),
    );
    outgoing.on("error", (error) => resolve(messageOf(error)));
    outgoing.end();
  });
}

/** From the long answer of /readyz only the checks that fail. */
export function failedChecks(body: string): string {
  const failed = body.split("\n").filter((line) => line.startsWith("[-]"));
  return failed.length > 0 ? failed.map((line) => line.slice(3)).join("; ") : body.slice(0, 200);
}

/** Waits until a started component is healthy; one that ends before fails at once, with its log. */
export async function waitHealthy(
  component: Component,
  record: ProcessRecord,
  signal: AbortSignal,
): Promise<void> {
  const patienceMs = 90_000;
  const until = Date.now() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const problem = await probe(component.health);
    // Asked after the probe: somebody else's process may answer in the place of one that is dead.
    if (!isAlive(record))
      throw new ClusterError(`${component.name} ended while it started; ${describeLog(record)}`);
    if (problem === undefined) return;
    if (Date.now() > until) {
      throw new ClusterError(
        `${component.name} is not healthy after ${patienceMs / 1000} s: ${problem}; ${describeLog(record)}`,
      );
    }
    await sleep(100);
  }
}

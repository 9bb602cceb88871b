import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type KubeObject, record } from "@k8s-ops/k8s-cluster";
import { applyFirst, makeStep, openReader, removeAll } from "../e2e/cluster.ts";
import { kubectl } from "../e2e/kubectl.ts";
import { loadScenario, type Scenario } from "../e2e/scenario.ts";
import { settle } from "../e2e/settle.ts";
import { trimRecording } from "../recordings/trim.ts";
import type { ImageSpec } from "../src/image-table.ts";
import { importImages } from "../src/images.ts";
import { nodeName, stateDir } from "../src/layout.ts";
import { progress } from "../src/report.ts";
import { up } from "../src/up.ts";

/**
 * Makes the sample recording anew: plays a company's bad morning on the test cluster and records it. Takes about ten
 * minutes. With --keep its objects stay; with --only-record nothing is applied before.
 */
const NAMESPACES = ["shop", "payments", "platform", "edge", "analytics"];
const CLUSTER_SCOPED = ["local", "node-volume-1", "nginx", "policy"];
const HERE = fileURLToPath(new URL("./", import.meta.url));
const SAMPLE = fileURLToPath(new URL("../../../apps/stdio-server/sample/", import.meta.url));
const HOURS_SINCE_RESTARTS = 26;
const TRIES = 20;
/** The tag that nobody ever pushed. */
const ABSENT = "registry.shop.example/catalog:2.5.O";

const { values } = parseArgs({ options: { keep: { type: "boolean" }, "only-record": { type: "boolean" } } });
const abort = new AbortController();
process.once("SIGINT", () => abort.abort(new Error("interrupted")));

const kubeconfig = await up(abort.signal);
const scenario: Scenario = loadScenario("sample", HERE, "shop");
if (!values["only-record"]) await play();
await recordSample();
if (!values.keep) await remove();

async function play(): Promise<void> {
  progress("importing the company's images");
  await importImages(abort.signal, companyImages());
  progress("applying what runs before anybody changes something");
  await applyFirst(scenario, kubeconfig);
  const reader = await openReader(kubeconfig);
  try {
    const [settled] = await settle([scenario], {
      reader,
      onStep: async (_, step) => {
        progress(`kubectl ${step.kubectl.join(" ")}`);
        await makeStep(scenario, step, kubeconfig);
      },
    });
    if (!settled || settled.missing.length > 0) {
      throw new Error(`the sample did not become what it must:\n${settled?.missing.join("\n")}`);
    }
  } finally {
    await reader.close();
  }
}

function companyImages(): readonly ImageSpec[] {
  const text = readdirSync(HERE)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => readFileSync(join(HERE, file), "utf8"))
    .join("\n");
  const tags = new Set(text.match(/registry\.shop\.example\/[\w-]+:[\w.]+/g));
  tags.delete(ABSENT);
  return [...tags].map((tag) => ({
    tags: [tag],
    command: ["/bin/httpd", "-f", "-p", "8080", "-h", "/www"],
    port: 8080,
  }));
}

async function recordSample(): Promise<void> {
  const draft = mkdtempSync(join(tmpdir(), "k8s-ops-sample-"));
  try {
    const whole = await recordWhole(draft);
    await trimRecording(whole, SAMPLE, {
      namespaces: NAMESPACES,
      cluster: "shop-example-production",
      keep: (object: KubeObject) => CLUSTER_SCOPED.includes(object.metadata.name),
      hoursOlder: ({ kind, metadata }) => (isOfSessionCache(metadata.name, kind) ? HOURS_SINCE_RESTARTS : 0),
      rewrite: (text) =>
        text
          .replaceAll(`${stateDir}/volumes`, "/mnt/volumes")
          .replace(new RegExp(`\\b${nodeName}\\b`, "g"), "node-1"),
    });
    progress(`recorded in ${SAMPLE}`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Just after a crash the kubelet has thrown the log of the run before away: then it is tried again. */
async function recordWhole(draft: string): Promise<string> {
  const reader = await openReader(kubeconfig);
  try {
    for (let attempt = 1; ; attempt++) {
      const out = join(draft, `whole-${attempt}`);
      const { gaps } = await record(reader, { out, signal: abort.signal });
      const missing = gaps.filter(
        ({ namespace }) => namespace === undefined || NAMESPACES.includes(namespace),
      );
      if (missing.length === 0) return out;
      if (attempt === TRIES) throw new Error(`the recording lacks ${JSON.stringify(missing)}`);
      progress(`the recording lacks ${JSON.stringify(missing)}: again`);
      await sleep(20_000, undefined, { signal: abort.signal });
    }
  } finally {
    await reader.close();
  }
}

/** Its restarts are to lie long ago: nobody wants to wait for that, so its clock is put back. */
function isOfSessionCache(name: string, kind: string): boolean {
  return name.startsWith("session-cache") && kind !== "Namespace";
}

async function remove(): Promise<void> {
  await removeAll([scenario], kubeconfig);
  await kubectl(["delete", "namespace", "--ignore-not-found", ...NAMESPACES], { kubeconfig });
}

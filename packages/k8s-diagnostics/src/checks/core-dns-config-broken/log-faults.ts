import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { DNS_CONFIG, DNS_LABELS, DNS_NAMESPACE } from "../../kube/dns/cluster-dns.ts";
import type { Corefile } from "../../kube/dns/corefile.ts";
import { logEvidence } from "../../kube/evidence.ts";
import { failureLog } from "../../kube/logs/logs.ts";
import { type Place, placesOf } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { isHealthyPod, isTerminating } from "../../kube/pods.ts";
import { refOf } from "../../kube/refs.ts";
import type { CorefileFault } from "./fault.ts";

import { type CorefileSource, corefileSources, lineOf } from "./sources.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "configMaps">;

/** `/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwrd'` */
const PARSING = /([\w.-]{1,253}):(\d{1,5}) - Error during parsing: /;
/** `plugin/forward: not an IP address or file: "ns1.example"`, the last word of CoreDNS before it exits. */
const SETUP = /^plugin\/([a-z0-9_]{1,30}): [^"]{1,200}(?:"([^"]{1,253})")?/;
const LOOP = /plugin\/loop: Loop \(/;
/** `[ERROR] plugin/errors: 2 example.org. A: read udp 10.244.0.3:4711->10.0.0.99:53: i/o timeout` */
const UPSTREAM =
  /plugin\/errors: \d{1,3} \S{1,253} \S{1,10}: (?:read|dial|write) (?:udp|tcp) \S{0,60}?->(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]):53: (?:i\/o timeout|.{0,40}connection refused|.{0,60}no route to host)/;
const TAIL = 50;

/** What CoreDNS itself says about its configuration. */
export function logFaults(corefile: Corefile, objects: Read): readonly CorefileFault[] {
  const pods = podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).filter((pod) => !isTerminating(pod));
  const failing = pods.filter((pod) => !isHealthyPod(pod));
  const forwards = corefile.servers.flatMap(({ plugins }) =>
    plugins.filter(({ name }) => name === "forward"),
  );
  const parsing = firstLine(failing, PARSING, objects);
  const loop = firstLine(failing, LOOP, objects);
  const setup = parsing || loop ? undefined : firstLine(failing, SETUP, objects);
  const sources = corefileSources(objects);
  const upstream = firstLine(pods, UPSTREAM, objects);
  const [forward] = forwards;
  return [
    ...(parsing
      ? [
          {
            ...ended(parsing, failing),
            kind: "syntax",
            ...placeOf(
              sources.find(({ key }) => key === parsing.match[1]),
              Number(parsing.match[2]),
            ),
            what: "cannot be read, so that CoreDNS does not start",
            step: "Correct the line of the Corefile that the log names.",
          },
        ]
      : []),
    ...(setup
      ? [
          {
            ...ended(setup, failing),
            kind: "plugin_setup",
            ...setupPlace(setup.match, sources),
            what: `sets up the plug-in ${setup.match[1]} in a way that it refuses, so that CoreDNS does not start`,
            step:
              setup.match[1] === "forward"
                ? "Let the plug-in forward name its servers by their IP addresses, or a file such as /etc/resolv.conf: it takes no host names."
                : "Correct that plug-in as its message in the log says.",
          },
        ]
      : []),
    ...(loop
      ? [
          {
            ...ended(loop, failing),
            kind: "forward_loop",
            line: forward?.line ?? 0,
            what: "makes CoreDNS send its queries to itself, so that it stops",
            step: "Forward to a name server outside the cluster: /etc/resolv.conf of the Node leads back to CoreDNS.",
          },
        ]
      : []),
    ...(upstream && !loop
      ? [
          {
            kind: "upstream_unreachable",
            line:
              forwards.find(({ args }) => args.some((arg) => arg.includes(upstream.match[1] ?? " ")))?.line ??
              forward?.line ??
              0,
            what: "forwards to a name server that gives no answer",
            step: "Let the plug-in forward name a server that answers, or repair the one that the log names.",
            confidence: "likely" as const,
            services: [],
            proof: upstream.evidence,
            concerns: (services: readonly unknown[]) => services.length === 0,
          },
        ]
      : []),
  ];
}

function setupPlace([, plugin = "", word]: RegExpExecArray, sources: readonly CorefileSource[]) {
  const found = lineOf(plugin, word, sources);
  return placeOf(found?.source, found?.line ?? 0);
}

function placeOf(source: CorefileSource | undefined, line: number): Pick<CorefileFault, "line" | "included"> {
  return source && source.object.name !== DNS_CONFIG ? { line, included: source } : { line };
}

function ended({ evidence }: { readonly evidence: Evidence }, failing: readonly ObjectOf<"pods">[]) {
  return {
    confidence: "certain" as const,
    severity: "high" as const,
    services: [],
    proof: evidence,
    pods: failing.map(refOf),
    concerns: () => true,
  };
}

function firstLine(pods: readonly ObjectOf<"pods">[], pattern: RegExp, objects: Read) {
  for (const place of pods.flatMap((pod) => placesOf(pod, objects))) {
    const log = failureLog(place, objects) ?? currentLog(place, objects);
    for (const line of log?.lines.slice(-TAIL).toReversed() ?? []) {
      const match = pattern.exec(line.slice(0, 2_000));
      if (log && match) return { match, evidence: logEvidence(place.podRef, log, line) };
    }
  }
  return undefined;
}

function currentLog({ podRef, name }: Place, { logs }: Pick<Objects, "logs">) {
  return logs.get({ namespace: podRef.namespace, pod: podRef.name, container: name, previous: false });
}

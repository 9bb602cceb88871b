import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type FailingLog, failingLogs } from "../../kube/logs/failing-logs.ts";
import { hostsIn } from "../../kube/logs/log-hosts.ts";
import { containerCause, type Place, placesOf } from "../../kube/places.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refKey } from "../../kube/refs.ts";
import { type Definition, shadowedDefinitions } from "./definitions.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "configMaps" | "secrets" | "logs">;

/** Programs log the address that it resolves to. */
const LOCALHOST = /^(?:[a-z]+:\/\/)?localhost\b/i;

/** Troubles that a wrong value of a variable leads to. */
const BY_SETTINGS = new Set(["credentials", "connection", "address", "variable", "schema"]);

export const environmentVariableShadowed = defineCheck({
  id: "environment_variable_shadowed",
  title: "Environment variable is defined more than once",
  when: "a container defines a variable more than once with different values: later entries of env win, env wins over envFrom, and later entries of envFrom over earlier ones; of medium severity when the container fails and its log speaks of that variable, of high severity when the log shows that the value that wins is used",
  severity: "low",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "configMaps", "secrets", "logs"],
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "rollout_regression",
    "dependency_unreachable",
    "invalid_address",
    "missing_environment_variable",
    "credentials_refused",
    "database_schema_missing",
  ],
  run: ({ objects, asOf }) => {
    const failing = new Map(
      failingLogs(objects, asOf)
        .filter(({ trouble }) => trouble === undefined || BY_SETTINGS.has(trouble.kind))
        .map((log) => [placeKey(log.place), log]),
    );
    return [...distinctPlaces(objects, failing)].flatMap((place) =>
      shadowedDefinitions(place, objects).map((definitions) =>
        findingOf(place, definitions, failing.get(placeKey(place))),
      ),
    );
  },
});

/** One place for each container of each workload, a failing one where there is one. */
function distinctPlaces(objects: Read, failing: ReadonlyMap<string, FailingLog>): Iterable<Place> {
  const found = new Map<string, Place>();
  for (const pod of objects.pods.all) {
    const mayShadow = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].some(
      ({ env = [], envFrom = [] }) => env.length + envFrom.length > 1,
    );
    if (!mayShadow || isFinished(pod)) continue;
    for (const place of placesOf(pod, objects)) {
      const key = `${refKey(place.workload)}/${place.name}`;
      if (!found.has(key) || failing.has(placeKey(place))) found.set(key, place);
    }
  }
  return found.values();
}

function placeKey({ podRef, name }: Place): string {
  return `${refKey(podRef)}/${name}`;
}

function findingOf(
  place: Place,
  { name, winner, losers }: { name: string; winner: Definition; losers: readonly Definition[] },
  log: FailingLog | undefined,
): Finding {
  const values = [winner, ...losers].flatMap(({ value }) =>
    value !== undefined && value.length > 2 ? [value] : [],
  );
  const complaint = (log?.trouble?.block ?? []).join("\n").slice(0, 8_000);
  const isSpokenOf = [name, ...values].some((text) => complaint.includes(text));
  const use = log && !log.isReady ? lineWith(winner, log.recent) : undefined;
  return containerCause(place, {
    subject: place.name,
    title: `Variable ${name} of container ${place.name} of ${nameOf(place.workload)} is defined more than once`,
    confidence: isSpokenOf ? "likely" : "possible",
    severity: use === undefined ? (isSpokenOf ? "medium" : "low") : "high",
    evidence: [
      fieldEvidence(place.workload, `${winner.field} (wins)`, winner.shown),
      ...losers.map(({ field, shown }) => fieldEvidence(place.workload, `${field} (has no effect)`, shown)),
      ...(log && use !== undefined ? [log.said(use)] : []),
    ],
    details: { container: place.name, variable: name, winner: winner.field },
    remedies: [
      {
        step: `Keep one definition of ${name} in ${place.field} of ${nameOf(place.workload)}: now ${winner.field} wins.`,
      },
    ],
  });
}

/** A line that shows that the program uses the value that wins, or the host in it. */
function lineWith({ value }: Definition, lines: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  const hosts = hostsIn(value).map(({ host }) => host);
  const told = [value, ...hosts].filter((text) => text.length >= 8 && /[.:/-]/.test(text));
  if (LOCALHOST.test(value)) told.push("localhost:", "127.0.0.1:", "[::1]:");
  return lines.find((line) => told.some((text) => line.includes(text)));
}

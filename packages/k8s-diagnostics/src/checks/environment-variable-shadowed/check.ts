import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place, placesOf } from "../../kube/places.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refKey } from "../../kube/refs.ts";
import { type Definition, shadowedDefinitions } from "./definitions.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "configMaps" | "secrets" | "logs">;

/** Troubles that a wrong value of a variable leads to. */
const BY_SETTINGS = new Set(["credentials", "connection", "address", "variable", "schema"]);

export const environmentVariableShadowed = defineCheck({
  id: "environment_variable_shadowed",
  title: "Environment variable is defined more than once",
  when: "a container defines a variable more than once with different values: later entries of env win, env wins over envFrom, and later entries of envFrom over earlier ones; of medium severity when the container fails and its log speaks of that variable",
  severity: "low",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "configMaps", "secrets", "logs"],
  supersedes: ["dependency_unreachable", "invalid_address", "missing_environment_variable"],
  run: ({ objects, asOf }) => {
    const spokenOf = new Map(
      failingLogs(objects, asOf)
        .filter(({ trouble }) => trouble && BY_SETTINGS.has(trouble.kind))
        .map(({ place, trouble }) => [placeKey(place), (trouble?.block ?? []).join("\n").slice(0, 8_000)]),
    );
    return [...distinctPlaces(objects, spokenOf)].flatMap((place) =>
      shadowedDefinitions(place, objects).map((definitions) =>
        findingOf(place, definitions, spokenOf.get(placeKey(place))),
      ),
    );
  },
});

/** One place for each container of each workload, a failing one where there is one. */
function distinctPlaces(objects: Read, failing: ReadonlyMap<string, string>): Iterable<Place> {
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
  log: string | undefined,
): Finding {
  const values = [winner, ...losers].flatMap(({ value }) =>
    value !== undefined && value.length > 2 ? [value] : [],
  );
  const isSpokenOf = log !== undefined && [name, ...values].some((text) => log.includes(text));
  return containerCause(place, {
    subject: place.name,
    title: `Variable ${name} of container ${place.name} of ${nameOf(place.workload)} is defined more than once`,
    confidence: isSpokenOf ? "likely" : "possible",
    severity: isSpokenOf ? "medium" : "low",
    evidence: [
      fieldEvidence(place.workload, `${winner.field} (wins)`, winner.shown),
      ...losers.map(({ field, shown }) => fieldEvidence(place.workload, `${field} (has no effect)`, shown)),
    ],
    details: { container: place.name, variable: name, winner: winner.field },
    remedies: [
      {
        step: `Keep one definition of ${name} in ${place.field} of ${nameOf(place.workload)}: now ${winner.field} wins.`,
      },
    ],
  });
}

import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { variablesIn } from "../../kube/logs/variable-phrases.ts";
import { nearestName } from "../../kube/nearest.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const missingEnvironmentVariable = defineCheck({
  id: "missing_environment_variable",
  title: "Program misses an environment variable",
  when: "the log of a failing container says that a variable is required or not set, and the container does not define it",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("variable", objects, asOf).flatMap(({ place, trouble: { line, text, confidence }, said }) => {
      const defined = definedVariables(place, objects);
      const variable = variablesIn(text).find((name) => !defined.names.has(name));
      if (variable === undefined) return [];
      const near = nearestName(variable, defined.names);
      const field = `${place.field}.env`;
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: `Container ${place.name} of ${workload} lacks the environment variable ${variable}`,
          confidence: defined.complete ? confidence : "possible",
          evidence: [
            said(line),
            fieldEvidence(place.workload, `${field} (names)`, [...defined.names].join(", ")),
          ],
          details: { container: place.name, variable, ...(near !== undefined && { nearest: near }) },
          remedies: [
            {
              step:
                near === undefined
                  ? `Define ${variable} in ${field} of ${workload}.`
                  : `Define ${variable} in ${field} of ${workload}; ${near} is defined, and may be meant for it.`,
              ...(near !== undefined && sameValue(place, near, variable)),
            },
          ],
        }),
      ];
    }),
});

/** The variable with the source of another one. A literal value may be a secret, and is not repeated. */
function sameValue(place: Place, near: string, variable: string): { readonly patch?: string } {
  const source = plainCopy(place.spec.env?.find(({ name }) => name === near)?.valueFrom);
  if (source === undefined) return {};
  return { patch: containerPatch(place, { env: [{ name: variable, valueFrom: source }] }) };
}

interface Defined {
  readonly names: ReadonlySet<string>;
  /** Whether all ConfigMaps and Secrets that define variables are known. */
  readonly complete: boolean;
}

function definedVariables(
  { spec, podRef: { namespace } }: Place,
  objects: Pick<Objects, "configMaps" | "secrets">,
): Defined {
  const names = new Set((spec.env ?? []).map(({ name }) => name));
  let complete = true;
  for (const { configMapRef, secretRef, prefix = "" } of spec.envFrom ?? []) {
    const map = objects.configMaps.get(namespace, configMapRef?.name ?? "");
    const secret = objects.secrets.get(namespace, secretRef?.name ?? "");
    if (!map && !secret) complete = false;
    for (const key of Object.keys({ ...map?.data, ...secret?.data })) names.add(`${prefix}${key}`);
  }
  return { names, complete };
}

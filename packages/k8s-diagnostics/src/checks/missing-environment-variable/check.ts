import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { nearestName } from "../../kube/nearest.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const NAME = /(?<![A-Za-z0-9_])[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}(?![A-Za-z0-9_])/g;
/** Words that say of a variable that it is missing; with one of them the line must also speak of the environment. */
const MISSING = [
  "is not set",
  "not set",
  "is required",
  "required",
  "must be set",
  "must be specified",
  "must be provided",
  "is undefined",
  "not defined",
  "undefined",
  "missing",
  "not found",
  "is unset",
  "unbound variable",
  "parameter not set",
  "is not specified",
  "you need to specify",
  "keyerror:",
  "is empty",
];

export const missingEnvironmentVariable = defineCheck({
  id: "missing_environment_variable",
  title: "Program misses an environment variable",
  when: "the log of a failing container says that a variable is required or not set, and the container does not define it",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf).flatMap(({ place, log, lines, confidenceIn }) => {
      const defined = definedVariables(place, objects);
      const listed = listedBelowHeading(log.lines);
      for (const line of [...listed, ...lines.filter(isComplaint)]) {
        const variable = line.match(NAME)?.find((name) => !defined.names.has(name) && !isErrorName(name));
        if (variable === undefined) continue;
        const near = nearestName(variable, defined.names);
        const field = `${place.field}.env`;
        const workload = nameOf(place.workload);
        return [
          containerCause(place, {
            title: `Container ${place.name} of ${workload} lacks the environment variable ${variable}`,
            confidence: !defined.complete
              ? "possible"
              : listed.includes(line)
                ? "likely"
                : confidenceIn(line),
            evidence: [
              logEvidence(place.podRef, log, line),
              fieldEvidence(place.workload, `${field} (names)`, [...defined.names].join(", ")),
            ],
            details: { container: place.name, variable, ...(near !== undefined && { nearest: near }) },
            remedies: [
              {
                step:
                  near === undefined
                    ? `Define ${variable} in ${field} of ${workload}.`
                    : `Define ${variable} in ${field} of ${workload}; ${near} is defined, and may be meant for it.`,
              },
            ],
          }),
        ];
      }
      return [];
    }),
});

/** Validators of settings print a heading, and below it the variables, indented. */
function listedBelowHeading(lines: readonly string[]): readonly string[] {
  const heading = lines.findLastIndex((line) =>
    /missing environment variables?:\s{0,9}$/i.test(line.slice(0, 200)),
  );
  if (heading < 0) return [];
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => !/^\s+[A-Z][A-Z0-9_]*:/.test(line));
  return end < 0 ? below : below.slice(0, end);
}

function isComplaint(line: string): boolean {
  const text = line.toLowerCase();
  return MISSING.some((words) => text.includes(words));
}

/** Codes of system errors look like variables: `ERR_MODULE_NOT_FOUND`. */
function isErrorName(name: string): boolean {
  return /^(?:ERR|ERROR|E)_|_(?:ERROR|EXCEPTION|NOT_FOUND|FAILED)$|^MY_\d|^SQLSTATE/.test(name);
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

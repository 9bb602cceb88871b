import { styleText } from "node:util";
import type { Cause, Diagnosis } from "@k8s-ops/k8s-diagnostics";

type Style = Parameters<typeof styleText>[0];
type Evidence = Cause["evidence"][number];

export interface ReportOptions {
  readonly color: boolean;
  readonly width: number;
}

/** A diagnosis for a person at a terminal: what is broken, why that is known, what follows, what to do. */
export function report(diagnosis: Diagnosis, { color, width }: ReportOptions): string {
  const paint = (style: Style, text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const { target, state, cluster, as_of, causes, not_checked, truncated } = diagnosis;
  const pods = diagnosis.pods as { total: number; healthy: number } | undefined;
  const wrap = (text: string, indent: string): string => wrapText(text, width, indent);
  const head = [
    paint("bold", `${target.kind} ${target.name} is ${paint(STATE[state], state)}`),
    `cluster ${cluster}, as of ${as_of}${pods ? `, ${pods.healthy} of ${pods.total} Pods healthy` : ""}`,
    "",
  ];
  const body = causes.flatMap((cause, index) => [
    `${paint("bold", `${index + 1}. ${cause.title}`)}`,
    `   ${paint("dim", `${cause.code} · ${place(cause.object)} ·`)} ${paint(CONFIDENCE[cause.confidence], cause.confidence)}`,
    ...cause.evidence.map((evidence) => wrap(`${paint("cyan", "because")} ${evidenceText(evidence)}`, "   ")),
    ...(cause.explains.length > 0
      ? [
          wrap(
            `${paint("magenta", "explains")} ${cause.explains.map(({ code, object }) => `${code} of ${place(object)}`).join(", ")}`,
            "   ",
          ),
        ]
      : []),
    ...cause.remedies.flatMap(({ step, patch }) => [
      wrap(`${paint("green", "repair ")} ${step}`, "   "),
      ...(patch === undefined ? [] : [patch.trimEnd().replace(/^/gm, "             ")]),
    ]),
    "",
  ]);
  const gaps = [...new Set(not_checked.map(({ resource, reason }) => `${resource} (${reason})`))];
  return [
    ...head,
    ...(causes.length === 0 ? [NOTHING_FOUND[state], ""] : body),
    ...(gaps.length > 0 ? [wrap(`Not checked: ${gaps.join(", ")}`, "")] : []),
    ...(truncated === undefined ? [] : [truncated]),
  ].join("\n");
}

const NOTHING_FOUND: Readonly<Record<Diagnosis["state"], string>> = {
  healthy: "Nothing is wrong here.",
  degraded: "Something is not ready yet; no cause was found.",
  failing: "No cause was found.",
  unknown: "Whether something is wrong cannot be told: see what was not checked.",
};

const STATE: Readonly<Record<Diagnosis["state"], Style>> = {
  healthy: "green",
  degraded: "yellow",
  failing: "red",
  unknown: "gray",
};

const CONFIDENCE: Readonly<Record<Cause["confidence"], Style>> = {
  certain: "red",
  likely: "yellow",
  possible: "gray",
};

function place({ kind, namespace, name }: Cause["object"]): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function evidenceText(evidence: Evidence): string {
  const where = place(evidence.object);
  if ("field" in evidence) return `${where} ${evidence.field} = ${evidence.value}`;
  if ("event" in evidence)
    return `${where} event ${evidence.event.reason} ×${evidence.event.count}: ${evidence.event.message}`;
  return `${where} ${evidence.log.previous ? "previous log" : "log"} of ${evidence.log.container}: ${evidence.log.line}`;
}

function wrapText(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part, index) => indent + (index === 0 ? "" : "        ") + part).join("\n");
}

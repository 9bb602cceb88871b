import type { Evidence } from "../../check.ts";
import { fieldEvidence } from "../evidence.ts";
import type { Place } from "../places.ts";

const QUOTED = /"([^"\s]{3,100})"|'([^'\s]{3,100})'|\[([^\]\s]{3,100})\]/g;
const PLAIN = /^(?:true|false|null|none|error|info|warn(?:ing)?|debug|\d{1,20})$/i;
const NAME = /[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/g;
/** Their values are nobody's to see. */
const SECRET = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|DSN/i;
const MAX_TOLD = 2;

/** The variables and options of a container that a line of its log names, or of which it quotes the value. */
export function toldSettings({ spec, workload, field }: Place, line: string): readonly Evidence[] {
  const text = line.slice(0, 2_000);
  const names = new Set(text.match(NAME));
  const quoted = new Set(
    [...text.matchAll(QUOTED)].map(([, a, b, c]) => a ?? b ?? c ?? "").filter((word) => !PLAIN.test(word)),
  );
  const isTold = (value: string): boolean =>
    quoted.has(value) || quoted.has(value.slice(value.indexOf("=") + 1));
  const variables = (spec.env ?? []).flatMap(({ name, value }) =>
    value !== undefined && !SECRET.test(name) && (names.has(name) || isTold(value))
      ? [fieldEvidence(workload, `${field}.env[${name}].value`, value)]
      : [],
  );
  const options = (["command", "args"] as const).flatMap((key) =>
    (spec[key] ?? []).flatMap((word, index) =>
      isTold(word) ? [fieldEvidence(workload, `${field}.${key}[${index}]`, word)] : [],
    ),
  );
  return [...variables, ...options].slice(0, MAX_TOLD);
}

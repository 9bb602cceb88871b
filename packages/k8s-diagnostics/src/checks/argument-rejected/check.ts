import { redactText } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { isLabelValue } from "../../kube/grammar.ts";
import { optionsIn, rejectedArgument } from "../../kube/logs/argument-phrases.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { nearestName } from "../../kube/nearest.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

export const argumentRejected = defineCheck({
  id: "argument_rejected",
  title: "Program does not know an option that it is started with",
  when: "the log of a failing container says that an option of its command line is unknown",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing"],
  run: ({ objects, asOf }) => logsAbout("argument", objects, asOf).flatMap(findingsOf),
});

function findingsOf({ place, ended, lines, recent, trouble, said }: TroubledLog): readonly Finding[] {
  const option = rejectedArgument(trouble.text);
  if (option === undefined || !ended) return [];
  const where = fieldWith(option, place);
  const usage = optionsIn([...lines, ...recent].filter((line) => line !== trouble.line));
  const near = nearestOption(option, usage);
  const workload = nameOf(place.workload);
  const field = `${place.field}.${where ?? "args"}`;
  const known = near !== undefined && isLabelValue(near.replace(/^-+/, "")) ? near : undefined;
  return [
    containerCause(place, {
      title: `The program of container ${place.name} of ${workload} does not know an option that it is given`,
      confidence: where === undefined ? "possible" : trouble.confidence,
      evidence: [
        said(trouble.line),
        fieldEvidence(place.workload, field, place.spec[where ?? "args"]),
        fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
      ],
      details: { container: place.name, option, ...(near !== undefined && { nearest: near }) },
      remedies: [
        {
          step:
            known !== undefined
              ? `Use ${known} in ${field} of ${workload}: the program names it in its usage.`
              : `Correct or remove the option in ${field} of ${workload}, or use an image whose program knows it.`,
          ...(known !== undefined && where !== undefined && corrected(option, known, where, place)),
        },
      ],
    }),
  ];
}

/** The list with the option replaced, where it stands there as a word of its own. */
function corrected(
  option: string,
  known: string,
  where: "args" | "command",
  place: Place,
): { readonly patch?: string } {
  const words = place.spec[where] ?? [];
  const isIt = (word: string): boolean => word === option || word.startsWith(`${option}=`);
  const copy = plainCopy(words.map((word) => (isIt(word) ? `${known}${word.slice(option.length)}` : word)));
  const text = words.join(" ");
  if (copy === undefined || !words.some(isIt) || redactText(text) !== text) return {};
  return { patch: containerPatch(place, { [where]: copy }) };
}

/** Where the option stands: options also come from scripts in the image. */
function fieldWith(option: string, { spec }: Place): "args" | "command" | undefined {
  const has = (words: readonly string[] | undefined): boolean =>
    words?.some((word) => word.includes(option)) === true;
  if (has(spec.args)) return "args";
  return has(spec.command) ? "command" : undefined;
}

/** Programs name their options with one dash or two, whatever was given. */
function nearestOption(option: string, usage: ReadonlySet<string>): string | undefined {
  const bare = (text: string): string => text.replace(/^-+/, "");
  const byName = new Map([...usage].map((item) => [bare(item), item]));
  const near = nearestName(bare(option), byName.keys());
  return near === undefined ? undefined : byName.get(near);
}

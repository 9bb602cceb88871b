import type { Diagnosis } from "../diagnosis.ts";
import { placesLost } from "./shrink-gaps.ts";

const COMPARED: ReadonlySet<string> = new Set([
  "targets",
  "causes",
  "issues",
  "recommendations",
  "not_checked",
  "truncated",
  "next_cursor",
]);

/** What a smaller form of a diagnosis lacks of the whole one, and how to see it; undefined when nothing is lost. */
export function leftOut(whole: Diagnosis, form: Diagnosis): string | undefined {
  const next = nextCauses(whole, form);
  const lost = losses(whole, form);
  if (next === undefined && lost.length === 0) return undefined;
  return [
    "Cut to fit.",
    ...(next === undefined ? [] : [next]),
    ...(lost.length > 0 ? [`Left out: ${lost.join(", ")}.`, ...waysToTheRest(form)] : []),
  ].join(" ");
}

function nextCauses(whole: Diagnosis, form: Diagnosis): string | undefined {
  const { causes_total: total, next_cursor: cursor } = form;
  if (typeof total !== "number" || typeof cursor !== "string") return undefined;
  const first = total - whole.causes.length + 1;
  return `Causes ${first} to ${cursor} of ${total}: call again with cursor ${cursor} for the next ones.`;
}

function losses(whole: Diagnosis, form: Diagnosis): readonly string[] {
  const { causes, issues, recommendations, not_checked, targets = [] } = whole;
  const others = Object.keys(whole).filter((key) => !COMPARED.has(key));
  const texts = changed(
    others.map((key) => whole[key]),
    others.map((key) => form[key]),
  );
  return [
    // Those of a list come with its cursor.
    ...(isList(form) ? [] : missing(causes.length - form.causes.length, causes.length, "causes")),
    ...detailsOf(changed(causes, form.causes), "cause"),
    ...missing(issues.length - form.issues.length, issues.length, "issues"),
    ...detailsOf(changed(issues, form.issues), "issue"),
    ...missing(recommendationsLost(whole, form), recommendations.length, "recommendations"),
    ...detailsOf(placesLost(not_checked, form.not_checked), "gap"),
    ...detailsOf(changed(targets, form.targets ?? []), "target"),
    ...(texts > 0 ? ["the ends of long texts"] : []),
  ];
}

function missing(count: number, total: number, what: string): readonly string[] {
  return count > 0 ? [`${count} of ${total} ${what}`] : [];
}

function detailsOf(count: number, what: string): readonly string[] {
  return count > 0 ? [`details of ${count} ${what}${count === 1 ? "" : "s"}`] : [];
}

/** Those that are told neither by themselves nor as the remedy of a cause, here or where the cursor leads. */
function recommendationsLost(whole: Diagnosis, form: Diagnosis): number {
  const elsewhere = isList(form) ? whole.causes.slice(form.causes.length) : [];
  const steps = [...form.causes, ...elsewhere].flatMap(({ remedies }) => remedies.map(({ step }) => step));
  const told = new Set([...form.recommendations, ...steps]);
  return whole.recommendations.filter((step) => !told.has(step)).length;
}

/** How many of the items are not what they were: items are left out at the end alone. */
function changed(whole: readonly unknown[], form: readonly unknown[]): number {
  return form.filter((item, at) => JSON.stringify(item) !== JSON.stringify(whole[at])).length;
}

/** Whether it is a list of causes, of which further pages tell the rest. */
export function isList(diagnosis: Diagnosis): diagnosis is Diagnosis & { readonly causes_total: number } {
  return typeof diagnosis.causes_total === "number";
}

function waysToTheRest({ target, targets, causes, issues }: Diagnosis): readonly string[] {
  if (target.kind === "Cluster") return ["Ask about one namespace or object alone for the rest."];
  if (targets || target.kind === "Namespace") return ["Ask about one of the objects alone for the rest."];
  const named = [
    ...issues.map(({ object }) => object),
    ...causes.flatMap(({ object, explains }) => [object, ...explains.map((issue) => issue.object)]),
  ];
  const hasPods = target.kind !== "Pod" && named.some(({ kind }) => kind === "Pod");
  return [
    ...(hasPods ? ["diagnose_pod of a Pod named here tells more of it."] : []),
    "Start the server with a larger --max-bytes for the rest.",
  ];
}

/** Of a Pod's spec. Source: k8s.io/kubernetes pkg/apis/core/validation ValidatePodUpdate */
const POD_FIELDS: ReadonlySet<string> = new Set([
  "activeDeadlineSeconds",
  "schedulingGates",
  "terminationGracePeriodSeconds",
  "tolerations",
]);
const CONTAINER_LISTS: ReadonlySet<string> = new Set(["containers", "initContainers"]);

/** Why the API server refuses a patch, in YAML as this package writes it, of an object that exists; else undefined. */
export function refusal(kind: string, patch: string): string | undefined {
  const fields = fieldsOf(patch);
  if (kind === "Job" && fields.some(([first, second]) => first === "spec" && second === "template"))
    return "the template of a Job cannot be changed, so create it anew with what the patch says";
  if (kind === "Pod" && fields.some(isFixedInPod))
    return "these fields of a Pod cannot be changed, so create it anew with what the patch says";
  return undefined;
}

function isFixedInPod([first, second = "", third]: readonly string[]): boolean {
  if (first !== "spec" || second === "" || POD_FIELDS.has(second)) return false;
  return !CONTAINER_LISTS.has(second) || (third !== undefined && third !== "image" && third !== "name");
}

/** The paths of the keys, without the dashes of lists; deep enough for a field of a container. */
function fieldsOf(patch: string): readonly (readonly string[])[] {
  const open: { readonly indent: number; readonly key: string }[] = [];
  return patch.split("\n").flatMap((line) => {
    const found = /^((?: |- )*)"?([^\s":]+)"?:(?: |$)/.exec(line);
    if (!found) return [];
    const [, { length: indent } = "", key = ""] = found;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    open.push({ indent, key });
    return [open.map((entry) => entry.key)];
  });
}

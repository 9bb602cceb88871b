import type { NotChecked } from "../diagnosis.ts";

const NAMED = 10;
const JOINT = ", ";

/** One gap for those alike in all but their names, and then for those alike in all but their resources. */
export function foldGaps(gaps: readonly NotChecked[]): readonly NotChecked[] {
  const byName = grouped(gaps, ({ resource, namespace, reason }) => [resource, namespace, reason]).map(
    (group) => joined(group, "name"),
  );
  return grouped(byName, ({ namespace, name, reason }) => [namespace, name, reason]).map((group) =>
    joined(group, "resource"),
  );
}

/** One gap for each reason: the first resources and the number of the others, and what all of them have in common. */
export function foldGapsByReason(gaps: readonly NotChecked[]): readonly NotChecked[] {
  return grouped(gaps, ({ reason }) => [reason]).map((group) => {
    const [first] = group;
    const resources = [...new Set(group.flatMap(({ resource }) => resource.split(JOINT)))];
    const more = resources.length - NAMED;
    const isShared = (key: "namespace" | "name"): boolean =>
      first[key]?.includes(JOINT) === false && group.every((gap) => gap[key] === first[key]);
    return {
      resource: resources.slice(0, NAMED).join(JOINT) + (more > 0 ? ` and ${more} more` : ""),
      ...(isShared("namespace") && { namespace: first.namespace }),
      ...(isShared("name") && { name: first.name }),
      reason: first.reason,
    };
  });
}

/** Of how many gaps a folded form does not name the resource and the object. */
export function placesLost(gaps: readonly NotChecked[], folded: readonly NotChecked[]): number {
  const isNamed = (gap: NotChecked, by: NotChecked): boolean =>
    by.reason === gap.reason &&
    by.namespace === gap.namespace &&
    by.resource.split(JOINT).includes(gap.resource) &&
    (by.name === gap.name || (gap.name !== undefined && by.name?.split(JOINT).includes(gap.name) === true));
  return gaps.filter((gap) => !folded.some((by) => isNamed(gap, by))).length;
}

type Group = readonly [NotChecked, ...NotChecked[]];

function grouped(
  gaps: readonly NotChecked[],
  keyOf: (gap: NotChecked) => readonly unknown[],
): readonly Group[] {
  const groups = Map.groupBy(gaps, (gap) => JSON.stringify(keyOf(gap))).values();
  return [...groups].flatMap(([first, ...others]): readonly Group[] => (first ? [[first, ...others]] : []));
}

function joined(group: Group, key: "resource" | "name"): NotChecked {
  const values = [...new Set(group.map((gap) => gap[key]))].filter((value) => value !== undefined);
  return values.length > 1 ? { ...group[0], [key]: values.join(JOINT) } : group[0];
}

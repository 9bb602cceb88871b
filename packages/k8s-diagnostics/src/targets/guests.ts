import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Diagnosis } from "../diagnosis.ts";
import { refKey } from "../kube/refs.ts";
import { type Examination, type Question, reachVerdict } from "../verdict/verdict.ts";

const MAX_OTHER_CAUSES = 10;

/**
 * A diagnosis with what its guests suffer from, as the Pods on a Node: issues that follow from one of its own causes
 * are among its issues, and causes that are none of its own are named as `other_causes` and do not change its state.
 * `question` is about the target and its guests.
 */
export function withGuests(own: Diagnosis, examination: Examination, question: Question): Diagnosis {
  const all = reachVerdict(examination, question);
  const causes = new Set(own.causes.map(keyOf));
  const following = new Set([...own.issues, ...own.causes.flatMap(({ explains }) => explains)].map(keyOf));
  const issues = all.issues.filter((issue) => following.has(keyOf(issue)));
  const others = all.causes.filter((cause) => !causes.has(keyOf(cause)));
  return {
    ...own,
    ...(own.causes.length > 0 && own.truncated === undefined && { issues }),
    ...(others.length > 0 && {
      other_causes: others.slice(0, MAX_OTHER_CAUSES).map(({ code, object }) => ({ code, object })),
    }),
  };
}

function keyOf({ code, object }: { readonly code: string; readonly object: ObjectRef }): string {
  return `${code} ${refKey(object)}`;
}

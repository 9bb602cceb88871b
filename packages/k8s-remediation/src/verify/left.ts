import type { Left } from "../apply/evict.ts";
import { mayHaveHappened } from "../apply/outcome.ts";
import type { Verification } from "./watch.ts";

const MOST_TOLD = 5;

/**
 * What was seen, with the evictions that failed. One whose answer was lost may have happened: only what was seen
 * afterwards says so.
 */
export function withLeft({ verified, message }: Verification, left: readonly Left[]): Verification {
  const refused = left.filter(({ error }) => !mayHaveHappened(error));
  const lost = verified === true ? [] : left.filter(({ error }) => mayHaveHappened(error));
  return {
    verified: refused.length > 0 ? false : verified,
    message: [message, ...told("Not evicted", refused), ...told("Perhaps evicted, perhaps not", lost)].join(
      " ",
    ),
  };
}

function told(what: string, left: readonly Left[]): readonly string[] {
  if (left.length === 0) return [];
  const pods = left.slice(0, MOST_TOLD).map(({ pod, error }) => `${pod}: ${error.message}`);
  return [`${what}: ${pods.join("; ")}`];
}

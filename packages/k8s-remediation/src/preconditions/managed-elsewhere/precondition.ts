import type { Owner } from "../../ownership/owner.ts";
import { ownersOf } from "../../ownership/owners.ts";
import { changesTarget } from "../effects.ts";
import { definePrecondition, type Situation } from "../precondition.ts";
import { told } from "../told.ts";

/**
 * Changes of objects that others declare do not last. Who evicts a Pod changes nothing that is declared, but an
 * operator may want to know of it first. What an autoscaler owns is `autoscaled`.
 */
export const managedElsewhere = definePrecondition({
  code: "managed_elsewhere",
  when: "Argo CD, Flux, Helm, an operator or an autoscaler writes the object, and will revert the change",
  liftedBy: "warning",
  judge(situation) {
    const { target, objects, action } = situation;
    return ownersOf(target, objects)
      .filter((owner) => isConcerned(owner, situation))
      .map(({ instead }) => ({
        verdict: "warn",
        message: `${told(target)} is managed elsewhere. ${instead}${action === "rollout_restart" ? RESTART : ""}`,
      }));
  },
});

const RESTART = " A restart itself is done by then, and repeated if its annotation is removed.";

function isConcerned({ manager }: Owner, { planned }: Situation): boolean {
  if (manager === "hpa") return false;
  return changesTarget(planned) || (manager === "operator" && planned.ends.length > 0);
}

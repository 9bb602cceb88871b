import { isDnsLabel, isDnsSubdomain, type KubeObject, type Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf, refOf, sameRef, workloadOf } from "@k8s-ops/k8s-diagnostics/kube";
import type { Planned } from "../../action.ts";
import { replicasChange } from "../effects.ts";
import { definePrecondition, type OwnPod } from "../precondition.ts";
import { told } from "../told.ts";

/** The server does not end itself: nobody would see what came of it. */
export const ownWorkload = definePrecondition({
  code: "own_workload",
  when: "the server would end itself",
  liftedBy: "no",
  judgesBy: ({ target, ownPod }) =>
    ownPod && ownPod.namespace === target.metadata.namespace ? ["pods", "replicaSets"] : [],
  judge({ target, planned, objects, ownPod }) {
    if (!ownPod || !endsOwnPod(target, planned, objects, ownPod)) return [];
    const { namespace, name } = ownPod;
    const own = isDnsLabel(namespace) && isDnsSubdomain(name) ? ` ${namespace}/${name}` : "";
    return [
      {
        verdict: "refuse",
        message: `${told(target)}: this ends Pod${own}, in which this server runs.`,
        override: { instead: "Do it from elsewhere, for example with kubectl." },
      },
    ];
  },
});

function endsOwnPod(target: KubeObject, planned: Planned, objects: Objects, ownPod: OwnPod): boolean {
  const isOwn = ({ kind, metadata }: KubeObject): boolean =>
    kind === "Pod" && metadata.namespace === ownPod.namespace && metadata.name === ownPod.name;
  if (isOwn(target) || planned.ends.some(isOwn)) return true;
  return endsSomePods(target, planned) && runs(target, objects, ownPod);
}

/** Which Pods a smaller workload keeps is its controller's choice. */
function endsSomePods(target: KubeObject, planned: Planned): boolean {
  const replicas = replicasChange(target, planned);
  if (replicas && replicas.to < replicas.from) return true;
  return planned.rollsOut === true || planned.writes.some(({ verb }) => verb === "delete");
}

function runs(target: KubeObject, objects: Objects, { namespace, name }: OwnPod): boolean {
  if (target.metadata.namespace !== namespace) return false;
  const pod = objects.pods.get(namespace, name);
  // A Pod that was not read may be the workload's, if it is called like those that it makes.
  if (!pod) return name.startsWith(`${target.metadata.name}-`);
  const controller = controllerOf(pod);
  const owners = [workloadOf(pod, objects), ...(controller ? [controller] : [])];
  return owners.some((owner) => sameRef(owner, refOf(target)));
}

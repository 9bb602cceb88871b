import { evictedPods } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { toldPods } from "../told.ts";

/** Namespaces that keep the cluster alive, and the server's own. Source: specification, section 4 */
export const protectedNamespace = definePrecondition({
  code: "protected_namespace",
  when: "the object lies in a protected namespace or in the server's own; a drain evicts Pods of one",
  liftedBy: "policy; a drain: call",
  judge({ target: { metadata }, planned, rules, ownPod }) {
    const { namespace } = metadata;
    if (namespace !== "") {
      if (!rules.isProtected(namespace) && namespace !== ownPod?.namespace) return [];
      const override = { instead: "Only a policy whose protected_namespaces leave it out permits it." };
      return [{ verdict: "refuse", message: `Namespace ${namespace} is protected.`, override }];
    }
    const pods = evictedPods(planned).filter((pod) => rules.isProtected(pod.metadata.namespace));
    if (pods.length === 0) return [];
    return [{ verdict: "refuse", message: `Protected namespaces lose ${toldPods(pods)}.`, override: "call" }];
  },
});

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
    const isProtected = (name: string): boolean => rules.isProtected(name) || name === ownPod?.namespace;
    if (namespace !== "") {
      if (!isProtected(namespace)) return [];
      const override = { instead: "Only a policy whose protected_namespaces leave it out permits it." };
      return [{ verdict: "refuse", message: `Namespace ${namespace} is protected.`, override }];
    }
    const pods = evictedPods(planned).filter((pod) => isProtected(pod.metadata.namespace));
    if (pods.length === 0) return [];
    return [{ verdict: "refuse", message: `Protected namespaces lose ${toldPods(pods)}.`, override: "call" }];
  },
});

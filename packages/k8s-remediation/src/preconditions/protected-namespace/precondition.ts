import { definePrecondition } from "../precondition.ts";

/** Namespaces that keep the cluster alive, and the server's own. Source: specification, section 4 */
export const protectedNamespace = definePrecondition({
  code: "protected_namespace",
  judge({ target: { metadata }, rules, ownPod }) {
    const { namespace } = metadata;
    if (namespace === "" || !(rules.isProtected(namespace) || namespace === ownPod?.namespace)) return [];
    return [
      {
        verdict: "refuse",
        message: `Namespace ${namespace} is protected.`,
        override: { instead: "Only a policy whose protected_namespaces leave it out permits it." },
      },
    ];
  },
});

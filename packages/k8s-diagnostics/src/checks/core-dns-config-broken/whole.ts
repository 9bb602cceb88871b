import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { CorefileServer } from "../../kube/dns/corefile.ts";
import type { CorefileFault } from "./fault.ts";

const EVERY_SERVICE = { services: [], concerns: (named: readonly ObjectRef[]) => named.length > 0 };
const ANY_NAME = { services: [], concerns: () => true };

export function unbalanced(): CorefileFault {
  return {
    ...ANY_NAME,
    kind: "syntax",
    line: 0,
    what: "has braces that do not match, so that CoreDNS cannot start with it",
    step: "Close every brace of the Corefile.",
    confidence: "likely",
  };
}

export function unserved(domain: string): CorefileFault {
  return {
    ...EVERY_SERVICE,
    kind: "no_server",
    line: 0,
    what: "has no server block for the domain of the cluster",
    step: `Add a server block for . or for ${domain} with the plug-in kubernetes.`,
    confidence: "likely",
    severity: "high",
  };
}

export function withoutKubernetes({ line }: CorefileServer): CorefileFault {
  return {
    ...EVERY_SERVICE,
    kind: "no_kubernetes_plugin",
    line,
    what: "has no plug-in kubernetes in the server block that answers for the cluster's domain",
    step: "Add to that server block: kubernetes cluster.local in-addr.arpa ip6.arpa { pods insecure; fallthrough in-addr.arpa ip6.arpa }, one option a line.",
    confidence: "likely",
    severity: "high",
  };
}

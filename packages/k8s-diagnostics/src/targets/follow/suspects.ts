import type { LogNeed } from "@k8s-ops/k8s-cluster";
import { faultOf } from "../../kube/config/address-faults.ts";
import { configuredAddresses } from "../../kube/config/addresses.ts";
import { backendPorts, speaksHttp1 } from "../../kube/network/grpc-ingress.ts";
import { intendedService, mayAnswerOn, usesClusterDns } from "../../kube/network/service-hosts.ts";
import { podsOf } from "../../kube/network/services.ts";
import { placesOf } from "../../kube/places.ts";
import {
  accountsIn,
  bindingsOf,
  isAccountMissing,
  isRoleMissing,
  roleRefOf,
} from "../../kube/rbac/bindings.ts";
import { complaintLogs } from "./logs.ts";
import type { Pod, Read } from "./read.ts";

/**
 * The logs of Pods that are well, and whose settings, rights or Ingress give reason to doubt that they work: where not every log
 * can be read, these are worth it.
 */
export function suspectLogs({ objects }: Pick<Read, "objects">): readonly LogNeed[] {
  const names = ungrantedNames(objects);
  const misunderstood = misunderstoodPods(objects);
  return complaintLogs(
    { objects },
    (pod) =>
      names.has(pod.spec?.serviceAccountName ?? "") ||
      misunderstood.has(pod) ||
      hasDoubtfulAddress(pod, objects),
  );
}

/** Names of ServiceAccounts to which a binding means to grant something and does not. */
function ungrantedNames(objects: Read["objects"]): ReadonlySet<string> {
  const names = bindingsOf(objects).flatMap((binding) => {
    const accounts = accountsIn(binding);
    const isVoid = isRoleMissing(roleRefOf(binding), objects);
    return accounts.filter((account) => isVoid || isAccountMissing(account, objects)).map(({ name }) => name);
  });
  return new Set(names);
}

/** gRPC servers behind an Ingress that seems to speak HTTP/1 to them. */
function misunderstoodPods(objects: Read["objects"]): ReadonlySet<Pod> {
  return new Set(
    objects.ingresses.all
      .filter((ingress) => speaksHttp1(ingress, objects))
      .flatMap((ingress) => backendPorts(ingress, objects))
      .flatMap(({ service, grpc }) => (grpc ? podsOf(service, objects) : [])),
  );
}

function hasDoubtfulAddress(pod: Pod, objects: Read["objects"]): boolean {
  if (!usesClusterDns(pod)) return false;
  const { namespace } = pod.metadata;
  return placesOf(pod, objects).some((place) =>
    configuredAddresses(place, objects).some((address) => {
      if (faultOf(address, namespace, objects)) return true;
      const service = intendedService(address.host, namespace, objects);
      const existing = service && objects.services.get(service.namespace, service.name);
      return existing !== undefined && !mayAnswerOn(existing, address.port, objects);
    }),
  );
}

import type { Need, Needs, Snapshot } from "@k8s-ops/k8s-cluster";
import { DNS_LABELS, DNS_NAMESPACE, servesUnusualDomain } from "../kube/dns/cluster-dns.ts";
import { failingLogs } from "../kube/logs/failing-logs.ts";
import { podsMatching } from "../kube/pod-index.ts";
import { isHealthyPod } from "../kube/pods.ts";
import { localTrafficNeeds, unlabelledClientNeeds } from "./follow/clients.ts";
import {
  bindingNeeds,
  capacityNeeds,
  cloudControllerNeeds,
  controlPlaneNeeds,
  drainNeeds,
  driverNeeds,
  networkAgentNeeds,
  pluginNeeds,
  provisionerNeeds,
} from "./follow/infrastructure.ts";
import { allLogs, complaintLogs, everyLog, flappingLogs, troubledLogs } from "./follow/logs.ts";
import type { Read } from "./follow/read.ts";
import { certificateNeeds, loggedSecretNeeds, secretNeeds } from "./follow/secrets.ts";
import {
  apiNeeds,
  dependencyNeeds,
  dnsNeeds,
  externalNameNeeds,
  ingressNeeds,
  routeNeeds,
  tellsOfDns,
  webhookNeeds,
} from "./follow/services.ts";
import { suspectLogs } from "./follow/suspects.ts";

const MAX_LOGS = 40;
const MAX_DNS_PODS = 2;

export interface ExpandOptions {
  /** Read the logs of every container of this Pod, healthy or not. */
  readonly deep?: { readonly namespace: string; readonly name: string };
  /** Look also into the log of one healthy Pod of each workload, and not only of those that give reason to. */
  readonly complaints?: boolean;
}

/** What leads where: each looks at what was read and says what else it makes worth reading. */
const FOLLOW_UPS = [
  capacityNeeds,
  cloudControllerNeeds,
  controlPlaneNeeds,
  drainNeeds,
  secretNeeds,
  loggedSecretNeeds,
  certificateNeeds,
  routeNeeds,
  ingressNeeds,
  externalNameNeeds,
  localTrafficNeeds,
  unlabelledClientNeeds,
  webhookNeeds,
  dependencyNeeds,
  bindingNeeds,
  driverNeeds,
  provisionerNeeds,
  pluginNeeds,
  networkAgentNeeds,
  apiNeeds,
] as const satisfies readonly ((read: Read) => readonly Need[])[];

/** What to read next, seen what has been read: references that lead further, and the logs of what failed. */
export function expand({ objects, asOf }: Snapshot, { deep, complaints = false }: ExpandOptions): Needs {
  const troubled = objects.pods.all.filter((pod) => !isHealthyPod(pod));
  const read: Read = { objects, asOf, troubled, failing: failingLogs(objects, asOf) };
  const chosen = objects.pods.all.filter(
    ({ metadata }) => metadata.name === deep?.name && metadata.namespace === deep.namespace,
  );
  const isAllOfInterest = complaints || servesUnusualDomain(objects);
  const listening = isAllOfInterest ? complaintLogs({ objects }) : suspectLogs({ objects });
  const hasDnsTrouble = tellsOfDns([...everyLog([...troubled, ...chosen]), ...listening], objects);
  const dnsPods = hasDnsTrouble
    ? podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).slice(0, MAX_DNS_PODS)
    : [];
  const needs = [...FOLLOW_UPS.flatMap((follow) => follow(read)), ...(hasDnsTrouble ? dnsNeeds(read) : [])];
  return {
    // What was listed once need not be listed again; a Secret alone tells more than in a list.
    objects: needs.filter(
      ({ resource, namespace = "", name }) => name !== undefined || !objects[resource].knows(namespace),
    ),
    logs: [
      ...allLogs([...chosen, ...dnsPods]),
      ...troubledLogs(troubled, { objects }),
      ...flappingLogs({ objects, asOf }),
    ].slice(0, MAX_LOGS),
    optionalLogs: listening.slice(0, MAX_LOGS),
  };
}

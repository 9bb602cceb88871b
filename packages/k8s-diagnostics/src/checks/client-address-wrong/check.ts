import { defineCheck, type Finding } from "../../check.ts";
import { faultOf } from "../../kube/config/address-faults.ts";
import { configuredAddresses } from "../../kube/config/addresses.ts";
import {
  CLIENT_READS,
  clientGroups,
  connectionProblems,
  hasLog,
  problemWith,
} from "../../kube/network/clients.ts";
import { usesClusterDns } from "../../kube/network/service-hosts.ts";
import { placesOf } from "../../kube/places.ts";
import { refKey } from "../../kube/refs.ts";
import { addressFinding, byGravity, isWorthSaying, merged } from "./finding.ts";

export const clientAddressWrong = defineCheck({
  id: "client_address_wrong",
  title: "Program is configured with the address of a Service that does not exist",
  when: "a variable, argument or ConfigMap of a container names a Service that does not exist in that namespace, or a port that the Service does not have; high when the container fails and its log tells of it, medium when it is not ready and has no log, else low",
  severity: "high",
  level: "cause",
  reads: [...CLIENT_READS, "deployments", "statefulSets", "daemonSets"],
  supersedes: [
    "dependency_unreachable",
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
  ],
  run: ({ objects, asOf }) => {
    const problemsOf = connectionProblems(objects, asOf);
    const findings = clientGroups(objects, asOf)
      .filter(({ pod }) => usesClusterDns(pod))
      .flatMap(({ pod, troubled }) =>
        placesOf(pod, objects).flatMap((place): readonly Finding[] => {
          const faults = configuredAddresses(place, objects).flatMap((address) => {
            const fault = faultOf(address, place.podRef.namespace, objects);
            return fault ? [{ address, fault }] : [];
          });
          if (faults.length === 0) return [];
          const problems = problemsOf(place);
          const missing = new Set(faults.map(({ fault }) => refKey(fault.service)));
          return faults.flatMap(({ address, fault }) => {
            const said = problemWith(fault.service, problems, missing.size === 1);
            const client = { place, troubled, said, isSilent: !hasLog(place, objects) };
            return isWorthSaying(address, fault, client)
              ? [addressFinding(address, fault, client, objects)]
              : [];
          });
        }),
      );
    return merged(findings.toSorted(byGravity));
  },
});

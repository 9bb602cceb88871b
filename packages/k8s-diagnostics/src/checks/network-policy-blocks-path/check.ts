import { defineCheck } from "../../check.ts";
import { CLIENT_READS, clientGroups, connectionProblems, hasLog } from "../../kube/network/clients.ts";
import { placesOf } from "../../kube/places.ts";
import { blockedAddresses } from "./addresses.ts";
import { blockedFinding, merged } from "./finding.ts";
import { blockedPaths } from "./paths.ts";

export const networkPolicyBlocksPath = defineCheck({
  id: "network_policy_blocks_path",
  title: "Network policies keep a Pod from a Service that it uses",
  when: "the configuration, command or log of a container names a Service, and the policies that isolate its Pod or the Pods of the Service admit no traffic of the one to the other, or none to the addresses behind a Service without Pods; high when its log tells of it, medium when it is not ready and has no log, else low",
  severity: "high",
  level: "cause",
  reads: [...CLIENT_READS, "endpointSlices", "networkPolicies", "deployments", "statefulSets", "daemonSets"],
  supersedes: ["dependency_unreachable", "container_exits_with_error", "network_policy_blocks_ingress"],
  run: ({ objects, asOf }) => {
    if (objects.networkPolicies.all.length === 0) return [];
    const problemsOf = connectionProblems(objects, asOf);
    const findings = clientGroups(objects, asOf).flatMap(({ pod, troubled }) =>
      placesOf(pod, objects).flatMap((place) => {
        const problems = problemsOf(place).filter(({ problem }) => problem !== "dns");
        const client = { place, troubled, isSilent: !hasLog(place, objects) };
        return [
          ...blockedPaths(place, problems, objects).map((path) => blockedFinding(path, client, objects)),
          ...blockedAddresses(client, problems, objects),
        ];
      }),
    );
    return merged(findings);
  },
});

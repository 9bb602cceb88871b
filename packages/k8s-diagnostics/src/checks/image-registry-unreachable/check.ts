import { defineCheck } from "../../check.ts";
import { parseImage } from "../../kube/images/images.ts";
import { type PullProblem, pullFailures } from "../../kube/images/pulls.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** `IMAGE` and `SECRETS` stand for the fields of the workload. */
const WORDS: Partial<Record<PullProblem, readonly [what: string, remedy: string]>> = {
  dns: [
    "has a name that does not resolve",
    "Check the registry's host name in IMAGE, and the DNS servers that the Node uses.",
  ],
  timeout: [
    "does not answer in time",
    "Check firewall, proxy and routes from the Node to the registry of IMAGE.",
  ],
  refused: ["refuses connections", "Check that the registry runs and that IMAGE names its port."],
  network: [
    "cannot be reached without the connection breaking",
    "Check firewall, proxy and routes from the Node to the registry of IMAGE.",
  ],
  certificate: [
    "has a TLS certificate that the Node does not trust",
    "Add the registry's certificate authority to the container runtime of the Nodes, or renew the certificate of the registry of IMAGE.",
  ],
  plain_http: [
    "speaks HTTP where HTTPS is expected",
    "Give the registry of IMAGE TLS, or mark it as plain HTTP in the container runtime of the Nodes.",
  ],
  rate_limited: [
    "limits the rate of pulls",
    "Pull with credentials (SECRETS), through a mirror, or wait until the limit has passed.",
  ],
  server_error: [
    "answers with a server error",
    "Look at the registry of IMAGE itself: it answers with a 5xx status.",
  ],
};

export const imageRegistryUnreachable = defineCheck({
  id: "image_registry_unreachable",
  title: "Registry does not deliver images",
  when: "pulling fails before the registry answers for the image: DNS, connection, timeout, TLS certificate, rate limit or a 5xx answer",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["image_pull_failed"],
  run: ({ objects }) =>
    pullFailures(objects).flatMap(({ place, problem, evidence }) => {
      const words = WORDS[problem];
      if (!words) return [];
      return [
        containerCause(place, {
          title: `The registry with the image of container ${place.name} of ${nameOf(place.workload)} ${words[0]}`,
          confidence: "likely",
          evidence,
          details: { container: place.name, problem, registry: parseImage(place.spec.image)?.registry },
          remedies: [
            {
              step: words[1]
                .replace("IMAGE", `${place.field}.image of ${nameOf(place.workload)}`)
                .replace(
                  "SECRETS",
                  `${podSpecPath(place.workload.kind)}.imagePullSecrets of ${nameOf(place.workload)}`,
                ),
            },
          ],
        }),
      ];
    }),
});

import { defineCheck } from "../../check.ts";
import { parseImage } from "../../kube/images/images.ts";
import { type PullProblem, pullFailures } from "../../kube/images/pulls.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

const WORDS: Partial<Record<PullProblem, readonly [what: string, remedy: string]>> = {
  dns: [
    "has a name that does not resolve",
    "Check the registry's host name in the image, and the DNS servers that the Node uses.",
  ],
  timeout: ["does not answer in time", "Check firewall, proxy and routes from the Node to the registry."],
  refused: ["refuses connections", "Check that the registry runs and that the image names its port."],
  network: [
    "cannot be reached without the connection breaking",
    "Check firewall, proxy and routes from the Node to the registry.",
  ],
  certificate: [
    "has a TLS certificate that the Node does not trust",
    "Add the registry's certificate authority to the container runtime of the Nodes, or renew the registry's certificate.",
  ],
  plain_http: [
    "speaks HTTP where HTTPS is expected",
    "Give the registry TLS, or mark it as plain HTTP in the container runtime of the Nodes.",
  ],
  rate_limited: [
    "limits the rate of pulls",
    "Pull with credentials (imagePullSecrets), through a mirror, or wait until the limit has passed.",
  ],
  server_error: ["answers with a server error", "Look at the registry itself: it answers with a 5xx status."],
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
          remedies: [{ step: words[1] }],
        }),
      ];
    }),
});

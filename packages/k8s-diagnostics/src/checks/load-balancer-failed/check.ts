import { defineCheck } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** What the texts of clouds and of MetalLB have in common, most telling first. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /quota|limit ?exceeded|too many/i,
    "a quota is used up: raise it, or remove load balancers that nobody needs",
  ],
  [
    /not authorized|unauthorized|access ?denied|forbidden|permission/i,
    "the controller's account may not do it: give it the permissions that the message names",
  ],
  [
    /no available ips|no available (?:address|pool)|unknown pool|address pool/i,
    "the pool of addresses is empty or unknown: add addresses, or name another pool",
  ],
  [/subnet/i, "no subnet fits: tag or name the subnets for load balancers"],
  [
    /annotation|invalid|unsupported|not supported/i,
    "an annotation or a field has a value that the controller does not take: correct it",
  ],
];

export const loadBalancerFailed = defineCheck({
  id: "load_balancer_failed",
  title: "Controller could not make a load balancer",
  when: "a Service of type LoadBalancer has no address, and its newest event of the controller says why",
  severity: "high",
  level: "cause",
  reads: ["services", "events"],
  supersedes: ["loadbalancer_pending", "load_balancer_controller_missing"],
  run: ({ objects }) =>
    objects.services.all
      .filter(({ spec, status }) => spec?.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length)
      .filter((service) => !isTerminating(service))
      .flatMap((service) => {
        const event = latestEvent(service, objects, "SyncLoadBalancerFailed", "AllocationFailed");
        if (!event) return [];
        const object = refOf(service);
        const reason = REASONS.find(([pattern]) => pattern.test((event.message ?? "").slice(0, 2_000)))?.[1];
        return [
          {
            object,
            title: `The load balancer of ${nameOf(object)} could not be made`,
            confidence: "likely" as const,
            evidence: [
              eventEvidence(object, event),
              fieldEvidence(object, "status.loadBalancer.ingress", undefined),
            ] as const,
            affects: [object],
            remedies: [
              {
                step: reason
                  ? `As the event of ${nameOf(object)} says, ${reason}.`
                  : `Correct what the event of ${nameOf(object)} names.`,
              },
            ],
          },
        ];
      }),
});

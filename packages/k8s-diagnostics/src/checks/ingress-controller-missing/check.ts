import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { ingressClassOf } from "../../kube/network/ingress.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Ingress = ObjectOf<"ingresses">;
type Read = Pick<Objects, "ingresses" | "ingressClasses" | "events" | "pods">;

/** A controller that exists gives an Ingress an address or says something about it within this time. */
const PATIENCE_SECONDS = 300;
const CONTROLLER =
  /ingress|nginx|traefik|haproxy|contour|envoy|kong|load-balancer-controller|istio|apisix|ambassador|emissary|cilium|tyk|gloo|skipper|cloudflared|tailscale/i;

export const ingressControllerMissing = defineCheck({
  id: "ingress_controller_missing",
  title: "No controller serves the class of an Ingress",
  when: "an Ingress older than five minutes has a class that exists, no address and no event, nor has any other of its class; and no Pod of the cluster looks like an ingress controller",
  severity: "medium",
  level: "cause",
  reads: ["ingresses", "ingressClasses", "events", "pods"],
  run: ({ objects, asOf }) => {
    if (!isWithoutController(objects)) return [];
    return unserved(objects, asOf).map((ingress) => {
      const object = refOf(ingress);
      const name = classNameOf(ingress, objects);
      const gatekeeper = name === undefined ? undefined : objects.ingressClasses.get("", name);
      return {
        object,
        title: `No controller serves the class of ${nameOf(object)}`,
        confidence: "likely" as const,
        evidence: [
          fieldEvidence(object, "status.loadBalancer.ingress", undefined),
          fieldEvidence(object, "events", undefined),
          ...(gatekeeper
            ? [fieldEvidence(refOf(gatekeeper), "spec.controller", gatekeeper.spec?.controller)]
            : []),
        ] as const,
        affects: [object],
        remedies: [
          {
            step: `Install the ingress controller that the IngressClass of ${nameOf(object)} names, or set spec.ingressClassName to the class of one that runs.`,
          },
        ],
      };
    });
  },
  undecided: ({ objects, asOf }) =>
    objects.pods.knows("")
      ? []
      : unserved(objects, asOf).map((ingress) => ({
          object: refOf(ingress),
          reason: "not_observable" as const,
        })),
});

/** Ingresses about which no controller has said anything, nor about any other of their class. */
function unserved(objects: Read, asOf: string): readonly Ingress[] {
  const byClass = Map.groupBy(objects.ingresses.all, (ingress) => classNameOf(ingress, objects) ?? "");
  return [...byClass].flatMap(([name, ingresses]) => {
    const isKnown = name !== "" && objects.ingressClasses.get("", name) !== undefined;
    if (!isKnown || ingresses.some((ingress) => isNoticed(ingress, objects))) return [];
    return ingresses.filter(
      (ingress) =>
        !isTerminating(ingress) &&
        (secondsBetween(ingress.metadata.creationTimestamp, asOf) ?? 0) > PATIENCE_SECONDS,
    );
  });
}

function classNameOf(ingress: Ingress, { ingressClasses }: Read): string | undefined {
  const fallback = ingressClasses.all.find(
    ({ metadata }) => metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true",
  );
  return ingressClassOf(ingress) ?? fallback?.metadata.name;
}

function isNoticed(ingress: Ingress, objects: Read): boolean {
  const { ingress: addresses = [] } = ingress.status?.loadBalancer ?? {};
  const isEventless =
    eventsOf(ingress, objects).length === 0 && objects.events.knows(ingress.metadata.namespace);
  return addresses.length > 0 || !isEventless || (ingress.metadata.finalizers ?? []).length > 0;
}

/** Only the Pods of the whole cluster tell. */
function isWithoutController({ pods }: Pick<Objects, "pods">): boolean {
  return pods.knows("") && pods.all.length > 0 && !pods.all.some(looksLikeController);
}

function looksLikeController({ metadata, spec }: ObjectOf<"pods">): boolean {
  const texts = [
    metadata.name,
    metadata.namespace,
    ...(spec?.containers ?? []).map(({ image = "" }) => image),
  ];
  return texts.some((text) => CONTROLLER.test(text));
}

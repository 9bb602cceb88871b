import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { routeBackends, routeParents } from "../../kube/network/routes.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const httpRouteNotAccepted = defineCheck({
  id: "http_route_not_accepted",
  title: "HTTPRoute is not accepted by its Gateway",
  when: "the condition Accepted or ResolvedRefs of an HTTPRoute is False for one of its parents, or no controller has looked at it",
  severity: "high",
  level: "symptom",
  reads: ["httpRoutes"],
  run: ({ objects, asOf }) =>
    objects.httpRoutes.all.flatMap((route) => {
      const object = refOf(route);
      const because = [...routeParents(route), ...routeBackends(route).map(({ service }) => service)];
      const parents = route.status?.parents ?? [];
      if (parents.length === 0 && routeParents(route).length > 0 && !isYoung(route, asOf)) {
        return [
          {
            object,
            title: `No controller has looked at ${nameOf(object)}`,
            confidence: "certain" as const,
            evidence: [fieldEvidence(object, "status.parents", undefined)] as const,
            because,
          },
        ];
      }
      return parents.flatMap(({ parentRef, conditions = [] }, index) =>
        conditions
          .filter(
            ({ type, status }) => (type === "Accepted" || type === "ResolvedRefs") && status === "False",
          )
          .map((condition) => ({
            object,
            subject: `${parentRef.name}/${condition.type}`,
            title:
              condition.type === "Accepted"
                ? `${nameOf(object)} is not accepted by one of its parents`
                : `${nameOf(object)} refers to something that its Gateway cannot resolve`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, `status.parents[${index}].conditions[${condition.type}]`, condition),
            ] as const,
            because,
            details: { reason: condition.reason ?? "", message: condition.message ?? "" },
          })),
      );
    }),
});

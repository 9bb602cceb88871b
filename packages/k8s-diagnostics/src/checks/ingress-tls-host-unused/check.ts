import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { intersects } from "../../kube/network/attachment.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const ingressTlsHostUnused = defineCheck({
  id: "ingress_tls_host_unused",
  title: "Ingress has TLS for a host that no rule is for",
  when: "spec.tls of an Ingress names a host that no rule of it has",
  severity: "low",
  level: "cause",
  reads: ["ingresses"],
  run: ({ objects }) =>
    objects.ingresses.all.flatMap((ingress) => {
      const object = refOf(ingress);
      const ruled = (ingress.spec?.rules ?? []).map(({ host = "" }) => host);
      const secured = (ingress.spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts);
      if (ruled.length === 0 || secured.length === 0 || ruled.includes("")) return [];
      const unused = secured.filter((host) => !ruled.some((rule) => intersects(rule, host)));
      const plain = ruled.filter((rule) => !secured.some((host) => intersects(rule, host)));
      if (unused.length === 0) return [];
      return [
        {
          object,
          title: `${nameOf(object)} has TLS for a host that no rule of it is for`,
          confidence: plain.length > 0 ? ("likely" as const) : ("possible" as const),
          evidence: [
            fieldEvidence(object, "spec.tls[].hosts", secured),
            fieldEvidence(object, "spec.rules[].host", ruled),
          ] as const,
          remedies: [
            {
              step: `Let spec.tls and spec.rules of ${nameOf(object)} name the same hosts.`,
              ...(ingress.spec?.tls?.length === 1 &&
                ruled.every(isHost) &&
                fieldPatch(ingress, "spec.tls[0].hosts", [...new Set(ruled)])),
            },
          ],
        },
      ];
    }),
});

function isHost(host: string): boolean {
  return isDnsSubdomain(host.replace(/^\*\./, ""));
}

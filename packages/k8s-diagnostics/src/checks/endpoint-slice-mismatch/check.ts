import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isLabelValue } from "../../kube/grammar.ts";
import { portField } from "../../kube/network/service-ports.ts";
import { hasSelector } from "../../kube/network/services.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { orphanFindings, orphanSlices } from "./orphans.ts";

type Slice = ObjectOf<"endpointSlices">;
type Service = ObjectOf<"services">;

export const endpointSliceMismatch = defineCheck({
  id: "endpoint_slice_mismatch",
  title: "EndpointSlices of a Service without selector do not fit it",
  when: "a Service without selector has EndpointSlices, and none has a port of the name and protocol of one of its ports; or their addresses are those of a Pod that is gone; or it has none, and one that fits lacks the label of the Service",
  severity: "high",
  level: "cause",
  reads: ["services", "endpointSlices", "endpoints", "pods"],
  run: ({ objects }) => {
    const byService = Map.groupBy(
      objects.endpointSlices.all,
      ({ metadata }) => `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
    );
    const orphans = orphanSlices(objects);
    return objects.services.all
      .filter((service) => !hasSelector(service) && service.spec?.type !== "ExternalName")
      .flatMap((service) => {
        const { namespace, name } = service.metadata;
        const slices = byService.get(`${namespace}/${name}`) ?? [];
        if (slices.length === 0 && !objects.endpoints.get(namespace, name))
          return orphanFindings(service, orphans);
        return [...portFindings(service, slices), ...addressFindings(service, slices, objects)];
      });
  },
});

/** Proxies join the ports of a Service and of a slice by their names. Source: k8s.io/api discovery/v1 EndpointPort */
function portFindings(service: Service, slices: readonly Slice[]): readonly Finding[] {
  const [slice] = slices;
  const there = slices.flatMap(({ ports }) => ports ?? []);
  if (!slice || there.length === 0) return [];
  const object = refOf(slice);
  const ref = refOf(service);
  return (service.spec?.ports ?? [])
    .filter(
      ({ name = "", protocol = "TCP" }) =>
        !there.some((port) => (port.name ?? "") === name && (port.protocol ?? "TCP") === protocol),
    )
    .map((port) => ({
      object,
      subject: String(port.port),
      title: `${nameOf(object)} has no port of the name that port ${port.port} of ${nameOf(ref)} has`,
      confidence: "certain",
      evidence: [
        fieldEvidence(
          object,
          "ports",
          there.map(({ name, port: number, protocol }) => ({ name, port: number, protocol })),
        ),
        fieldEvidence(ref, `${portField(port)}.name`, port.name),
      ],
      affects: [ref],
      remedies: [
        {
          step: `Give the port in ${nameOf(object)} the name and protocol of port ${port.port} of ${nameOf(ref)}.`,
          ...(there.length === 1 &&
            slice.ports?.length === 1 &&
            isLabelValue(port.name ?? "") && {
              patch: toYaml({
                ports: [
                  {
                    name: port.name ?? "",
                    port: slice.ports[0]?.port ?? port.port,
                    protocol: port.protocol ?? "TCP",
                  },
                ],
              }),
            }),
        },
      ],
    }));
}

function addressFindings(
  service: Service,
  slices: readonly Slice[],
  objects: Pick<Objects, "pods">,
): readonly Finding[] {
  const ref = refOf(service);
  return slices.flatMap((slice): readonly Finding[] => {
    const stale = (slice.endpoints ?? []).filter(({ targetRef, addresses }) => {
      if (targetRef?.kind !== "Pod" || targetRef.name === undefined) return false;
      const namespace = targetRef.namespace ?? ref.namespace;
      const pod = objects.pods.get(namespace, targetRef.name);
      if (!pod) return objects.pods.knows(namespace, targetRef.name);
      return pod.status?.podIP !== undefined && !addresses.includes(pod.status.podIP);
    });
    const [first] = stale;
    if (!first) return [];
    const object = refOf(slice);
    const isAll = stale.length === slice.endpoints?.length && slices.length === 1;
    return [
      {
        object,
        subject: "addresses",
        severity: isAll ? "high" : "medium",
        title: `${nameOf(object)} sends traffic of ${nameOf(ref)} to the address of a Pod that is not there`,
        confidence: "likely",
        evidence: [
          fieldEvidence(object, "endpoints[].targetRef", first.targetRef),
          fieldEvidence(object, "endpoints[].addresses", first.addresses),
        ],
        affects: [ref],
        remedies: [
          {
            step: `Give ${nameOf(ref)} a selector, so that its EndpointSlices follow the Pods, or correct the addresses in ${nameOf(object)}.`,
          },
        ],
      },
    ];
  });
}

import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Slice = ObjectOf<"endpointSlices">;
type Service = ObjectOf<"services">;

const LABEL = "kubernetes.io/service-name";

/**
 * EndpointSlices written by hand that belong to no Service: without the label by which proxies join them, or with the
 * name of one that does not exist.
 */
export function orphanSlices(objects: Pick<Objects, "endpointSlices" | "services">): readonly Slice[] {
  return objects.endpointSlices.all.filter(({ metadata }) => {
    const { namespace, labels, ownerReferences = [] } = metadata;
    const service = labels?.[LABEL] ?? "";
    if (ownerReferences.length > 0 || !objects.services.knows(namespace)) return false;
    return service === "" || objects.services.get(namespace, service) === undefined;
  });
}

/** The orphan that a Service without endpoints most likely waits for. */
export function orphanFindings(service: Service, orphans: readonly Slice[]): readonly Finding[] {
  const ref = refOf(service);
  const fitting = orphans.filter(
    (slice) =>
      slice.metadata.namespace === ref.namespace &&
      isDnsSubdomain(slice.metadata.name) &&
      isMeantFor(slice, ref.name) &&
      fits(slice, service),
  );
  const [slice] = fitting;
  if (!slice || fitting.length > 1) return [];
  const object = refOf(slice);
  return [
    {
      object,
      subject: "label",
      title: `${nameOf(object)} does not belong to ${nameOf(ref)}: its label ${LABEL} ${slice.metadata.labels?.[LABEL] ? "names another" : "is missing"}`,
      confidence: "likely",
      evidence: [
        fieldEvidence(object, "metadata.labels", slice.metadata.labels),
        fieldEvidence(ref, `EndpointSlices labelled ${LABEL}`, undefined),
        fieldEvidence(ref, "spec.selector", undefined),
      ],
      affects: [ref],
      remedies: [
        {
          step: `Set the label ${LABEL} of ${nameOf(object)} to ${ref.name}.`,
          patch: toYaml({ metadata: { labels: { [LABEL]: ref.name } } }),
        },
      ],
    },
  ];
}

function isMeantFor({ metadata: { name, labels = {} } }: Slice, service: string): boolean {
  const named = labels[LABEL] ?? "";
  return (
    name === service ||
    name.startsWith(`${service}-`) ||
    Object.values(labels).includes(service) ||
    (named !== "" && nearestName(named, [service]) !== undefined)
  );
}

function fits({ ports }: Slice, { spec }: Service): boolean {
  const wanted = spec?.ports ?? [];
  return (
    wanted.length === 0 ||
    (ports ?? []).some((port) => wanted.some(({ name = "" }) => (port.name ?? "") === name))
  );
}

import type { KubeObject, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Question } from "./ask.ts";

/** The objects of one namespace that questions can be about. */
export interface Place {
  readonly namespace: string;
  readonly objects: Pick<Objects, "pods" | "services" | "replicaSets" | "jobs">;
}

/** Whoever meets the same fault asks from where he stands: its Pod, the workload, the Services, the namespace. */
export function questionsAlike(question: Question, place: Place): readonly Question[] {
  const pods = podsOf(question, place);
  // Of what stands behind a broken Service, a ready Pod is told, too.
  const pod =
    pods.find((each) => !isReady(each)) ?? (question.tool === "diagnose_service" ? pods[0] : undefined);
  const around = pod
    ? [
        { tool: "diagnose_pod", arguments: { namespace: place.namespace, pod_name: pod.metadata.name } },
        ...workloadQuestions(pod, place),
        ...serviceQuestions(pod, place),
      ]
    : [];
  const all = [question, ...around, ...namespaceQuestions(question, place)];
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

function podsOf({ tool, arguments: args }: Question, place: Place): readonly ObjectOf<"pods">[] {
  const pods = place.objects.pods.in(place.namespace);
  const name = args.pod_name ?? args.deployment_name ?? args.service_name ?? args.name;
  if (tool === "diagnose_pod") return pods.filter(({ metadata }) => metadata.name === name);
  if (tool === "diagnose_service") {
    const service = place.objects.services.in(place.namespace).find(({ metadata }) => metadata.name === name);
    return service ? pods.filter((pod) => selects(service, pod)) : [];
  }
  return pods.filter((pod) => topOf(pod, place)?.name === name);
}

function isReady({ status }: ObjectOf<"pods">): boolean {
  return (
    status?.phase === "Succeeded" ||
    (status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ??
      false)
  );
}

function workloadQuestions(pod: ObjectOf<"pods">, place: Place): readonly Question[] {
  const owner = topOf(pod, place);
  if (!owner) return [];
  const { namespace } = place;
  if (owner.kind === "Deployment") {
    return [{ tool: "diagnose_deployment", arguments: { namespace, deployment_name: owner.name } }];
  }
  return [{ tool: "diagnose_workload", arguments: { namespace, kind: owner.kind, name: owner.name } }];
}

function serviceQuestions(pod: ObjectOf<"pods">, place: Place): readonly Question[] {
  const { namespace } = place;
  return place.objects.services
    .in(place.namespace)
    .filter((service) => selects(service, pod))
    .map(({ metadata }) => ({
      tool: "diagnose_service",
      arguments: { namespace, service_name: metadata.name },
    }));
}

function namespaceQuestions({ tool }: Question, { namespace }: Place): readonly Question[] {
  return tool === "diagnose_cluster" ? [] : [{ tool: "diagnose_namespace", arguments: { namespace } }];
}

/** The owner's owner, up to the object that a person made. */
function topOf(
  object: KubeObject,
  place: Place,
): { readonly kind: string; readonly name: string } | undefined {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return undefined;
  const parents = [
    ...place.objects.replicaSets.in(place.namespace),
    ...place.objects.jobs.in(place.namespace),
  ];
  const parent = parents.find(({ kind, metadata }) => kind === owner.kind && metadata.name === owner.name);
  return (parent && topOf(parent, place)) ?? { kind: owner.kind, name: owner.name };
}

function selects({ spec }: ObjectOf<"services">, { metadata }: ObjectOf<"pods">): boolean {
  const wanted = Object.entries(spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

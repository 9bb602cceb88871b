import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type Exit, recentEnds } from "../../kube/exits/exits.ts";
import { toYaml } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { doubledMemory } from "../../kube/resource-remedies.ts";

const READS = [
  "pods",
  "replicaSets",
  "jobs",
  "cronJobs",
  "deployments",
  "statefulSets",
  "daemonSets",
  "limitRanges",
  "verticalPodAutoscalers",
  "mutatingWebhookConfigurations",
] as const;
type Read = Pick<Objects, (typeof READS)[number]>;

const LIMIT_RANGER = "kubernetes.io/limit-ranger";
const VPA_UPDATES = "vpaUpdates";

export const memoryLimitOverridden = defineCheck({
  id: "memory_limit_overridden",
  title: "Container killed for its memory has another limit than its workload says",
  when: "a container was killed as OOMKilled within the last hour, and its Pod has a lower memory limit than the template of its workload, or one where the template has none",
  severity: "high",
  level: "cause",
  reads: READS,
  supersedes: ["container_out_of_memory", "container_exits_with_error", "init_container_failing"],
  run: ({ objects, asOf }) =>
    recentEnds(objects, asOf)
      .filter(({ terminated }) => terminated.reason === "OOMKilled")
      .flatMap((exit) => findingsOf(exit, objects)),
});

function findingsOf({ place, terminated, path }: Exit, objects: Read): readonly Finding[] {
  const template = templateContainer(place, objects);
  if (!template) return [];
  const actual = place.spec.resources?.limits?.memory;
  const wanted = template.resources?.limits?.memory;
  const bytes = parseQuantity(actual);
  if (bytes === undefined || bytes >= (parseQuantity(wanted) ?? Infinity)) return [];
  const author = authorOf(place, objects);
  const field = `${place.field}.resources.limits.memory`;
  return [
    containerCause(place, {
      ...(author && { object: author.object }),
      title: `Container ${place.name} of ${nameOf(place.workload)} is killed at a memory limit that ${author ? `${nameOf(author.object)} gave it` : "its workload does not have"}`,
      confidence: author?.sure ? "certain" : "likely",
      evidence: [
        fieldEvidence(place.podRef, `spec.${place.specPath}.resources.limits.memory`, actual),
        fieldEvidence(place.workload, field, wanted),
        ...(author ? [author.evidence] : []),
        fieldEvidence(place.podRef, path, terminated),
      ],
      details: {
        container: place.name,
        limit: actual,
        ...(wanted !== undefined && { template_limit: wanted }),
      },
      remedies: remedies(place, wanted, author),
    }),
  ];
}

function templateContainer(place: Place, objects: Read) {
  const spec = templateSpec(place.workload, objects);
  const list = place.role === "container" ? spec?.containers : spec?.initContainers;
  return list?.find(({ name }) => name === place.name);
}

function templateSpec({ kind, namespace, name }: ObjectRef, objects: Read) {
  switch (kind) {
    case "Deployment":
      return objects.deployments.get(namespace, name)?.spec?.template.spec;
    case "StatefulSet":
      return objects.statefulSets.get(namespace, name)?.spec?.template.spec;
    case "DaemonSet":
      return objects.daemonSets.get(namespace, name)?.spec?.template.spec;
    case "ReplicaSet":
      return objects.replicaSets.get(namespace, name)?.spec?.template?.spec;
    case "Job":
      return objects.jobs.get(namespace, name)?.spec?.template.spec;
    case "CronJob":
      return objects.cronJobs.get(namespace, name)?.spec?.jobTemplate.spec?.template.spec;
    default:
      return undefined;
  }
}

interface Author {
  readonly object: ObjectRef;
  readonly evidence: Evidence;
  readonly sure: boolean;
}

/** Who changed the Pod on its way in: an annotation tells, else the only webhook that could have. */
function authorOf(place: Place, objects: Read): Author | undefined {
  const annotations = place.pod.metadata.annotations ?? {};
  const { namespace } = place.podRef;
  const limitRange = objects.limitRanges
    .in(namespace)
    .find(({ spec }) =>
      spec?.limits?.some((item) => item.type === "Container" && item.default?.memory !== undefined),
    );
  const ranged = annotations[LIMIT_RANGER];
  if (limitRange && ranged?.includes(`memory limit for container ${place.name}`)) {
    return {
      object: refOf(limitRange),
      evidence: fieldEvidence(place.podRef, `metadata.annotations[${LIMIT_RANGER}]`, ranged),
      sure: true,
    };
  }
  const autoscaler = objects.verticalPodAutoscalers.in(namespace).find(({ spec }) => {
    const { kind = "", name = "" } = spec?.targetRef ?? {};
    return sameRef({ kind, namespace, name }, place.workload) && spec?.updatePolicy?.updateMode !== "Off";
  });
  const updates = annotations[VPA_UPDATES];
  if (autoscaler) {
    return {
      object: refOf(autoscaler),
      evidence: fieldEvidence(place.podRef, `metadata.annotations[${VPA_UPDATES}]`, updates),
      sure: updates !== undefined,
    };
  }
  const webhooks = objects.mutatingWebhookConfigurations.all.filter(({ webhooks = [] }) =>
    webhooks.some(({ rules = [] }) =>
      rules.some(({ resources = [] }) => resources.some((item) => item === "pods" || item === "*")),
    ),
  );
  const [only] = webhooks;
  if (!only || webhooks.length > 1) return undefined;
  return {
    object: refOf(only),
    evidence: fieldEvidence(refOf(only), "webhooks[].rules", "CREATE pods"),
    sure: false,
  };
}

function remedies(place: Place, wanted: string | undefined, author: Author | undefined): readonly Remedy[] {
  const field = `${place.field}.resources.limits.memory`;
  if (wanted === undefined) {
    return [
      {
        step: `Set ${field} of ${nameOf(place.workload)} to what container ${place.name} needs, such as in the patch: then no default is put in.`,
        object: place.workload,
        ...doubledMemory(place),
      },
    ];
  }
  if (!author) {
    return [
      {
        step: `Find what changes the Pods of ${nameOf(place.workload)} when they are created (a mutating webhook or a resize), and let it keep ${field}.`,
      },
    ];
  }
  return [
    {
      step:
        author.object.kind === "VerticalPodAutoscaler"
          ? `Raise maxAllowed or minAllowed memory of container ${place.name} in spec.resourcePolicy of ${nameOf(author.object)}, or set its updateMode to Off.`
          : `Let ${nameOf(author.object)} keep ${field} of ${nameOf(place.workload)}.`,
      ...(author.object.kind === "VerticalPodAutoscaler" && {
        patch: toYaml({ spec: { updatePolicy: { updateMode: "Off" } } }),
      }),
    },
  ];
}

import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import {
  CONFIG_KEY,
  type ConfigReference,
  configKeys,
  requiredReferences,
} from "../../kube/config/config-refs.ts";
import { type UnstartedPod, unstartedPods } from "../../kube/config/unstarted.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podFieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { nest, podSpecPatch } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "events" | "configMaps" | "secrets">;

export const configKeyMissing = defineCheck({
  id: "config_key_missing",
  title: "ConfigMap or Secret lacks a key that Pods refer to",
  when: "a Pod on a Node cannot start and the kubelet says, or the object shows, that a ConfigMap or Secret lacks a key that is not optional",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "configMaps", "secrets"],
  supersedes: ["container_create_failed", "volume_mount_failed"],
  run: ({ objects }) =>
    unstartedPods(objects).flatMap((unstarted) =>
      requiredReferences(unstarted.pod).flatMap((reference) => {
        const { key, name } = reference;
        if (key === undefined || !CONFIG_KEY.test(key) || !isDnsSubdomain(name)) return [];
        const proof = proofOfAbsence(reference, key, unstarted, objects);
        return proof ? [finding(reference, key, unstarted, proof, objects)] : [];
      }),
    ),
});

function proofOfAbsence(
  reference: ConfigReference,
  key: string,
  { pod, messages }: UnstartedPod,
  objects: Read,
): readonly Evidence[] | undefined {
  const { namespace } = pod.metadata;
  const keys = configKeys(reference, namespace, objects);
  if (keys?.includes(key)) return undefined;
  const inVariable = `couldn't find key ${key} in ${reference.kind} ${namespace}/${reference.name}`;
  const inVolume = reference.kind === "Secret" ? "non-existent secret key: " : "non-existent config key: ";
  const said = messages.find(({ text }) =>
    reference.via === "variable"
      ? endsWord(text, inVariable)
      : text.includes(`"${reference.volume}"`) && endsWord(text, `${inVolume}${key}`),
  );
  if (said) return [said.evidence];
  return keys === undefined ? undefined : [];
}

/** Whether the words stand in the text and are not the beginning of a longer name. */
function endsWord(text: string, words: string): boolean {
  const at = text.indexOf(words);
  return at >= 0 && !CONFIG_KEY.test(text.charAt(at + words.length));
}

function finding(
  reference: ConfigReference,
  key: string,
  { pod }: UnstartedPod,
  proof: readonly Evidence[],
  objects: Read,
): Finding {
  const { namespace } = pod.metadata;
  const workload = workloadOf(pod, objects);
  const holder = { kind: reference.kind, namespace, name: reference.name };
  const keys = configKeys(reference, namespace, objects)?.filter((other) => CONFIG_KEY.test(other));
  const near = nearestKey(key, keys);
  const field = `${podSpecPath(workload.kind)}.${reference.field}`;
  const pointer = fieldEvidence(workload, field, { name: reference.name, key });
  const [first = pointer, ...rest] = [
    ...proof,
    ...(keys ? [fieldEvidence(holder, "data (keys)", keys.join(", "))] : []),
    pointer,
  ];
  const common = {
    subject: key,
    confidence: "certain" as const,
    evidence: [first, ...rest] as const,
    affects: [refOf(pod)],
    details: { key, ...(keys && { keys: keys.slice(0, 50) }), ...(near !== undefined && { nearest: near }) },
  };
  const add = { step: `Add key ${key} to ${nameOf(holder)}.`, object: holder };
  if (near !== undefined) {
    return {
      ...common,
      object: workload,
      title: `${nameOf(workload)} refers to key ${key} of ${nameOf(holder)}, which has ${near} instead`,
      remedies: [
        {
          step: `Set the key in ${field} of ${nameOf(workload)} to ${near}.`,
          ...(reference.steps
            ? {
                patch: podSpecPatch(
                  workload.kind,
                  nest(reference.steps, { name: reference.name, key: near }),
                ),
              }
            : itemPatch(reference, key, near, pod, workload.kind)),
        },
        add,
      ],
    };
  }
  return {
    ...common,
    object: holder,
    title: `${nameOf(holder)} lacks key ${key}, which Pods need to start`,
    remedies: [add, { step: `Or set the key in ${field} of ${nameOf(workload)} to one that exists.` }],
  };
}

/** The items of a volume can only be replaced as a whole. */
function itemPatch(
  { volume, field }: ConfigReference,
  key: string,
  near: string,
  { spec }: Pod,
  kind: string,
) {
  const source = spec?.volumes?.find(({ name }) => name === volume);
  const index = (source?.configMap ?? source?.secret)?.items?.findIndex((item) => item.key === key) ?? -1;
  return index < 0 ? {} : podFieldPatch(kind, spec, `${field}.items[${index}].key`, near);
}

/** Keys differ in case and in `-` against `_` more often than in letters. */
function nearestKey(key: string, keys: readonly string[] | undefined): string | undefined {
  if (!keys) return undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-._]/g, "");
  return keys.find((other) => plain(other) === plain(key)) ?? nearestName(key, keys);
}

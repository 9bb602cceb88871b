import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy } from "../../check.ts";
import { podFieldPatch } from "../../kube/field-patch.ts";
import { fieldEvidence } from "../evidence.ts";
import { nearestName } from "../nearest.ts";
import { podSpecPath, workloadOf } from "../owners.ts";
import { nest, podSpecPatch } from "../patch.ts";
import { nameOf, refOf } from "../refs.ts";
import {
  CONFIG_KEY,
  type ConfigKind,
  type ConfigReference,
  configView,
  requiredReferences,
} from "./config-refs.ts";
import { type UnstartedPod, unstartedPods } from "./unstarted.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "events" | "configMaps" | "secrets">;

/**
 * ConfigMaps or Secrets that Pods which cannot start refer to and that do not exist: as the kubelet says, or as the
 * list of them shows. With a similar name in the namespace the reference is at fault, else the object is missing.
 */
export function missingConfig(kind: ConfigKind, objects: Read): readonly Finding[] {
  return unstartedPods(objects).flatMap((unstarted) => {
    const references = new Map(
      requiredReferences(unstarted.pod)
        .filter(
          (reference) =>
            reference.kind === kind &&
            isDnsSubdomain(reference.name) &&
            (reference.key === undefined || CONFIG_KEY.test(reference.key)),
        )
        .map((reference) => [reference.name, reference]),
    );
    return [...references.values()].flatMap((reference) => {
      const proof = proofOfAbsence(reference, unstarted, objects);
      return proof ? [finding(reference, unstarted, proof, objects)] : [];
    });
  });
}

function proofOfAbsence(
  { kind, name }: ConfigReference,
  { pod, messages }: UnstartedPod,
  objects: Read,
): readonly Evidence[] | undefined {
  const { namespace } = pod.metadata;
  const view = configView(kind, objects);
  if (view.get(namespace, name)) return undefined;
  const quoted = [`${kind.toLowerCase()} "${name}" not found`, `${kind.toLowerCase()}s "${name}" not found`];
  const said = messages.find(({ text }) => quoted.some((words) => text.includes(words)));
  if (said) return [said.evidence];
  return view.knows(namespace, name) ? [] : undefined;
}

function finding(
  reference: ConfigReference,
  { pod }: UnstartedPod,
  proof: readonly Evidence[],
  objects: Read,
): Finding {
  const { kind, name } = reference;
  const { namespace } = pod.metadata;
  const workload = workloadOf(pod, objects);
  const missing: ObjectRef = { kind, namespace, name };
  const field = `${podSpecPath(workload.kind)}.${reference.field}`;
  const near = nearestName(name, namesIn(kind, namespace, objects));
  const elsewhere = near === undefined ? otherNamespace(kind, missing, objects) : undefined;
  const pointer = fieldEvidence(workload, field, name);
  const absence = fieldEvidence(missing, "metadata.name", undefined);
  const [first = pointer, ...rest] = [...proof, pointer, absence];
  const common = {
    confidence: "certain" as const,
    affects: [refOf(pod)],
    evidence: [first, ...rest] as const,
  };
  const create: Remedy = {
    step: `Create ${nameOf(missing)} in namespace ${namespace}: ${creation(missing, keysOf(pod, missing))}`,
    object: missing,
  };
  if (near !== undefined) {
    return {
      ...common,
      object: workload,
      subject: name,
      title: `${nameOf(workload)} refers to ${nameOf(missing)}, which does not exist; ${nameOf({ ...missing, name: near })} does`,
      details: { missing: name, nearest: near },
      remedies: [
        {
          step: `Set the name in ${field} of ${nameOf(workload)} to ${near}.`,
          ...(reference.steps
            ? { patch: renamingPatch(workload.kind, reference, near) }
            : podFieldPatch(workload.kind, pod.spec, `${reference.field}.name`, near)),
        },
        create,
      ],
    };
  }
  return {
    ...common,
    object: missing,
    title: `${nameOf(missing)}, which Pods need to start, does not exist`,
    details: { missing: name, ...(elsewhere !== undefined && { found_in_namespace: elsewhere }) },
    remedies: [
      elsewhere === undefined
        ? create
        : {
            ...create,
            step: `Create ${nameOf(missing)} in namespace ${namespace}, as in namespace ${elsewhere}: Pods cannot use that of another namespace. ${creation(missing, keysOf(pod, missing))}`,
          },
    ],
  };
}

/** The keys that the Pod asks the object for. */
function keysOf(pod: ObjectOf<"pods">, { kind, name }: ObjectRef): readonly string[] {
  const keys = requiredReferences(pod)
    .filter((reference) => reference.kind === kind && reference.name === name)
    .flatMap(({ key }) => (key !== undefined && CONFIG_KEY.test(key) ? [key] : []));
  return [...new Set(keys)];
}

function creation({ kind, namespace, name }: ObjectRef, keys: readonly string[]): string {
  const values = (keys.length > 0 ? keys : ["KEY"]).map((key) => `--from-literal=${key}=VALUE`).join(" ");
  const type = kind === "Secret" ? "secret generic" : "configmap";
  return `kubectl create ${type} ${name} --namespace ${namespace} ${values}`;
}

function renamingPatch(
  workloadKind: string,
  { kind, via, key, steps = [] }: ConfigReference,
  name: string,
): string {
  const label = kind === "Secret" && via === "volume" ? "secretName" : "name";
  return podSpecPatch(workloadKind, nest(steps, { [label]: name, ...(key !== undefined && { key }) }));
}

/** Objects that are in every namespace are never what was meant. */
function namesIn(kind: ConfigKind, namespace: string, objects: Read): readonly string[] {
  return configView(kind, objects)
    .in(namespace)
    .map(({ metadata }) => metadata.name)
    .filter((other) => other !== "kube-root-ca.crt" && isDnsSubdomain(other));
}

function otherNamespace(kind: ConfigKind, { namespace, name }: ObjectRef, objects: Read): string | undefined {
  return configView(kind, objects).all.find(
    ({ metadata }) => metadata.name === name && metadata.namespace !== namespace,
  )?.metadata.namespace;
}

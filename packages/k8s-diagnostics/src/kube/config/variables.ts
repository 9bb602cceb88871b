import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import type { Place } from "../places.ts";
import { CONFIG_KEY } from "./config-refs.ts";

type Read = Pick<Objects, "configMaps" | "secrets">;

/** An environment variable of a container, and the object that holds its value. */
export interface Variable {
  readonly name: string;
  /** Undefined when it comes from a Secret or is not known. */
  readonly value: string | undefined;
  /** Where the container gets it, a path in the workload. */
  readonly field: string;
  readonly source: VariableSource;
}

export interface VariableSource {
  /** The ConfigMap, the Secret, or the workload itself. */
  readonly object: ObjectRef;
  /** The path of the value there. */
  readonly field: string;
  /** Of a ConfigMap or Secret. */
  readonly key?: string;
}

/**
 * The variables that a container gets, in the order of the API: `env` replaces `envFrom`, and later entries replace
 * earlier ones of the same name. Names that no shell would take are left out: sentences quote them. Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function variablesOf(place: Place, objects: Read): readonly Variable[] {
  const all = [...fromWholeObjects(place, objects), ...fromEntries(place, objects)].filter(({ name }) =>
    CONFIG_KEY.test(name),
  );
  return [...new Map(all.map((variable) => [variable.name, variable])).values()];
}

function fromEntries({ spec, workload, field, podRef }: Place, objects: Read): readonly Variable[] {
  const { namespace } = podRef;
  return (spec.env ?? []).map(({ name, value, valueFrom }) => {
    const path = `${field}.env[${name}]`;
    const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
    const reference = map
      ? { kind: "ConfigMap", ...map }
      : secret
        ? { kind: "Secret", ...secret }
        : undefined;
    if (!reference?.name || !isDnsSubdomain(reference.name) || !CONFIG_KEY.test(reference.key)) {
      return { name, value, field: path, source: { object: workload, field: `${path}.value` } };
    }
    const { kind, name: holder, key } = reference;
    return {
      name,
      value: kind === "ConfigMap" ? objects.configMaps.get(namespace, holder)?.data?.[key] : undefined,
      field: `${path}.valueFrom`,
      source: { object: { kind, namespace, name: holder }, field: `data[${key}]`, key },
    };
  });
}

function fromWholeObjects({ spec, field, podRef }: Place, objects: Read): readonly Variable[] {
  const { namespace } = podRef;
  return (spec.envFrom ?? []).flatMap(({ configMapRef, secretRef, prefix = "" }, index) => {
    const kind = configMapRef ? "ConfigMap" : "Secret";
    const holder = (configMapRef ?? secretRef)?.name;
    if (holder === undefined || !isDnsSubdomain(holder)) return [];
    const data =
      kind === "ConfigMap"
        ? objects.configMaps.get(namespace, holder)?.data
        : objects.secrets.get(namespace, holder)?.data;
    return Object.entries(data ?? {})
      .filter(([key]) => CONFIG_KEY.test(key))
      .map(([key, value]) => ({
        name: `${prefix}${key}`,
        value: kind === "ConfigMap" ? value : undefined,
        field: `${field}.envFrom[${index}]`,
        source: { object: { kind, namespace, name: holder }, field: `data[${key}]`, key },
      }));
  });
}

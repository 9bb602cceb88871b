import * as client from "@kubernetes/client-node";

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** Which version's model stands for a kind, where it is not v1. */
const MODELS: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: "V2HorizontalPodAutoscaler" };
/** Kinds of custom resources, which the client has no model of. Their lists cannot be merged. */
const CUSTOM: ReadonlySet<string> = new Set([
  "Gateway",
  "GatewayClass",
  "HTTPRoute",
  "GRPCRoute",
  "ReferenceGrant",
  "VerticalPodAutoscaler",
]);
/** The key by which a strategic merge patch finds an item of a list. Lists of other things are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  V1Container: "name",
  V1EnvVar: "name",
  V1Volume: "name",
  V1VolumeMount: "mountPath",
  V1ContainerPort: "containerPort",
  V1ServicePort: "port",
  V1LocalObjectReference: "name",
  V1TopologySpreadConstraint: "topologyKey",
  V1HostAlias: "ip",
  V1PodSchedulingGate: "name",
  V1ValidatingWebhook: "name",
  V1MutatingWebhook: "name",
};
const DIRECTIVES: ReadonlySet<unknown> = new Set(["replace", "delete", "merge"]);

/**
 * What is wrong with a strategic merge patch of an object of this kind, each with its path; empty when it would be taken.
 * @param target The object as it is now, where it is known: tells whether an item of a list is found without doubt.
 */
export function patchProblems(kind: string, patch: string, target?: unknown): readonly string[] {
  let parsed: unknown;
  try {
    parsed = client.loadYaml(patch);
  } catch (error) {
    return [`no YAML: ${String(error)}`];
  }
  if (!isRecord(parsed)) return ["no mapping"];
  if (CUSTOM.has(kind)) {
    return Object.keys(parsed)
      .filter((key) => key !== "spec" && key !== "metadata")
      .map((key) => `${key}: no field of ${kind}`);
  }
  const model = MODELS[kind] ?? `V1${kind}`;
  if (!attributesOf(model)) return [`${kind}: unknown kind`];
  return [...problems(parsed, model, kind, target)];
}

function* problems(value: unknown, type: string, path: string, target: unknown): Generator<string> {
  if (value === null || type === "any" || type === "object") return;
  const item = /^(?:Array|Set)<(.+)>$/.exec(type)?.[1];
  if (item !== undefined) return yield* listProblems(value, item, path, target);
  const values = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const attributes = attributesOf(type);
  if (values === undefined && !attributes) {
    if (!isScalarOf(type, value)) yield `${path}: no ${type}`;
    return;
  }
  if (!isRecord(value)) return yield `${path}: no mapping`;
  const now = isRecord(target) ? target : {};
  for (const [key, inner] of Object.entries(value)) {
    const known = values ?? attributes?.find(({ baseName }) => baseName === key)?.type;
    if (key.startsWith("$")) yield* directiveProblems(key, inner, path);
    else if (known === undefined) yield `${path}.${key}: no such field`;
    else yield* problems(inner, known, `${path}.${key}`, now[key]);
  }
}

function* directiveProblems(key: string, value: unknown, path: string): Generator<string> {
  if (key !== "$patch" || !DIRECTIVES.has(value)) yield `${path}.${key}: no directive`;
}

function* listProblems(value: unknown, type: string, path: string, target: unknown): Generator<string> {
  if (!Array.isArray(value)) return yield `${path}: no list`;
  const key = MERGE_KEYS[type];
  for (const [index, inner] of value.entries()) {
    const isDirective = isRecord(inner) && inner.$patch === "replace";
    if (key !== undefined && isRecord(inner) && inner[key] === undefined && !isDirective) {
      yield `${path}[${index}]: no ${key} to merge by`;
    }
    const found = key === undefined || !isRecord(inner) ? [] : itemsBy(key, inner[key], target);
    if (found.length > 1) yield `${path}[${index}]: ${found.length} items have this ${key}`;
    yield* problems(inner, type, `${path}[${index}]`, found[0]);
  }
}

function itemsBy(key: string, value: unknown, list: unknown): readonly unknown[] {
  if (value === undefined || !Array.isArray(list)) return [];
  return list.filter((item) => isRecord(item) && item[key] === value);
}

function isScalarOf(type: string, value: unknown): boolean {
  if (type === "number" || type === "boolean") return typeof value === type;
  if (type === "IntOrString") return typeof value === "number" || typeof value === "string";
  return type === "Date" ? value instanceof Date || typeof value === "string" : typeof value === "string";
}

function attributesOf(model: string): readonly Attribute[] | undefined {
  const found: unknown = Reflect.get(client, model);
  if (typeof found !== "function" || !("attributeTypeMap" in found)) return undefined;
  const map: unknown = found.attributeTypeMap;
  return Array.isArray(map) ? map.filter(isAttribute) : undefined;
}

function isAttribute(value: unknown): value is Attribute {
  return isRecord(value) && typeof value.baseName === "string" && typeof value.type === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

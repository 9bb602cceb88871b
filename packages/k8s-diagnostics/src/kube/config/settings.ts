import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { fieldEvidence } from "../evidence.ts";
import { containerPatch, toYaml } from "../patch.ts";
import type { Place } from "../places.ts";

/** The setting from which a container has an address: a variable, an argument, or a key of a ConfigMap. */
export interface Setting {
  readonly object: ObjectRef;
  readonly field: string;
  readonly evidence: Evidence;
  readonly name: string;
  readonly value: string;
}

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
/** Values that may stand in a patch: a plain address, without user, password or parameters. */
const ADDRESS = /^[-A-Za-z0-9._:/,]{1,300}$/;

export function findSetting(
  place: Place,
  text: string,
  objects: Pick<Objects, "configMaps">,
): Setting | undefined {
  return inVariables(place, text) ?? inConfigMaps(place, text, objects);
}

function inVariables({ spec, workload, field }: Place, text: string): Setting | undefined {
  const variable = spec.env?.find(({ name, value }) => KEY.test(name) && mentions(value, text));
  if (!variable) return undefined;
  const path = `${field}.env[${variable.name}].value`;
  const value = variable.value ?? "";
  return {
    object: workload,
    field: path,
    evidence: fieldEvidence(workload, path, value),
    name: variable.name,
    value,
  };
}

function inConfigMaps(
  { spec, pod, podRef: { namespace } }: Place,
  text: string,
  objects: Pick<Objects, "configMaps">,
): Setting | undefined {
  const names = new Set([
    ...(spec.envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
    ...(spec.env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...(pod.spec?.volumes ?? []).map(({ configMap }) => configMap?.name),
  ]);
  for (const name of names) {
    const data = objects.configMaps.get(namespace, name ?? "")?.data ?? {};
    const entry = Object.entries(data).find(([key, value]) => KEY.test(key) && mentions(value, text));
    if (name === undefined || !entry) continue;
    const object = { kind: "ConfigMap", namespace, name };
    const [key, value] = entry;
    return {
      object,
      field: `data[${key}]`,
      evidence: fieldEvidence(object, `data[${key}]`, value),
      name: key,
      value,
    };
  }
  return undefined;
}

/** Whether the text stands in the value as a word of its own. */
function mentions(value: string | undefined, text: string): boolean {
  const at = value?.indexOf(text) ?? -1;
  if (value === undefined || at < 0) return false;
  const isPart = (character: string) => /[A-Za-z0-9_-]/.test(character);
  return !isPart(value.charAt(at - 1)) && !isPart(value.charAt(at + text.length));
}

/** A patch that replaces a part of the setting; none when its value holds more than an address. */
export function settingPatch(
  { object, name, value }: Setting,
  place: Place,
  { from, to }: { readonly from: string; readonly to: string },
): { readonly object?: ObjectRef; readonly patch?: string } {
  if (!ADDRESS.test(value)) return {};
  const changed = value.replace(from, to);
  return object.kind === "ConfigMap"
    ? { object, patch: toYaml({ data: { [name]: changed } }) }
    : { patch: containerPatch(place, { env: [{ name, value: changed }] }) };
}

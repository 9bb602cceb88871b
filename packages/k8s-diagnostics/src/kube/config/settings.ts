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
  readonly via: "variable" | "argument" | "config_map" | "file";
}

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
/** Values that may stand in a patch: a plain address, without user, password or parameters. */
const ADDRESS = /^[-A-Za-z0-9._:/,]{1,300}$/;
const ARGUMENT = /^[-A-Za-z0-9._:/,=]{1,300}$/;

/** The setting of a container that holds this text as a word of its own. */
export function findSetting(
  place: Place,
  text: string,
  objects: Pick<Objects, "configMaps">,
): Setting | undefined {
  return settingsOf(place, objects).find(
    ({ via, value }) => via !== "argument" && wordIndex(value, text) >= 0,
  );
}

/** Everything that configures a container and can be read: variables, arguments, and the files of its ConfigMaps. */
export function settingsOf(place: Place, objects: Pick<Objects, "configMaps">): readonly Setting[] {
  return [...variables(place, objects), ...arguments_(place), ...files(place, objects)].filter(({ name }) =>
    KEY.test(name),
  );
}

/** Later ones win, as in the kubelet: `env` over `envFrom`. */
function variables(place: Place, objects: Pick<Objects, "configMaps">): readonly Setting[] {
  const { spec, workload, field, podRef } = place;
  const found = new Map<string, Setting>();
  for (const { configMapRef, prefix = "" } of spec.envFrom ?? []) {
    const data = objects.configMaps.get(podRef.namespace, configMapRef?.name ?? "")?.data ?? {};
    for (const key of Object.keys(data)) {
      const setting = ofConfigMap(podRef.namespace, configMapRef?.name ?? "", key, objects);
      if (setting) found.set(`${prefix}${key}`, setting);
    }
  }
  for (const { name, value, valueFrom } of spec.env ?? []) {
    found.delete(name);
    const ref = valueFrom?.configMapKeyRef;
    const setting =
      value === undefined
        ? ref && ofConfigMap(podRef.namespace, ref.name ?? "", ref.key, objects)
        : ofText(workload, `${field}.env[${name}].value`, name, value, "variable");
    if (setting) found.set(name, setting);
  }
  return [...found.values()];
}

function arguments_({ spec, workload, field }: Place): readonly Setting[] {
  return (spec.args ?? []).flatMap((word, index, all) => {
    const name = /^--?([A-Za-z][-A-Za-z0-9._]{0,99})(?:=(.*))?$/.exec(word);
    const value = name ? (name[2] ?? all[index + 1] ?? "") : word;
    const isOperand = !name && /^--?[A-Za-z][^=]*$/.test(all[index - 1] ?? "");
    if (/\s/.test(value) || isOperand) return [];
    return [ofText(workload, `${field}.args`, name?.[1] ?? "argument", value, "argument")];
  });
}

function files({ spec, pod, podRef }: Place, objects: Pick<Objects, "configMaps">): readonly Setting[] {
  const mounted = new Set((spec.volumeMounts ?? []).map(({ name }) => name));
  return (pod.spec?.volumes ?? [])
    .filter(({ name }) => mounted.has(name))
    .flatMap(({ configMap, projected }) => [configMap, ...(projected?.sources ?? []).map((s) => s.configMap)])
    .flatMap((source) => {
      const name = source?.name ?? "";
      const data = objects.configMaps.get(podRef.namespace, name)?.data ?? {};
      const keys = source?.items?.map(({ key }) => key) ?? Object.keys(data);
      return keys.flatMap((key) => {
        const setting = ofConfigMap(podRef.namespace, name, key, objects);
        return setting ? [{ ...setting, via: "file" as const }] : [];
      });
    });
}

function ofConfigMap(
  namespace: string,
  name: string,
  key: string,
  objects: Pick<Objects, "configMaps">,
): Setting | undefined {
  const value = objects.configMaps.get(namespace, name)?.data?.[key];
  if (value === undefined) return undefined;
  return ofText({ kind: "ConfigMap", namespace, name }, `data[${key}]`, key, value, "config_map");
}

function ofText(object: ObjectRef, field: string, name: string, value: string, via: Setting["via"]): Setting {
  return { object, field, evidence: fieldEvidence(object, field, value), name, value, via };
}

/** Where the text stands in the value as a word of its own, and not as the scheme of a URL; else -1. */
function wordIndex(value: string, text: string): number {
  const isPart = (character: string) => /[A-Za-z0-9_-]/.test(character);
  for (let at = value.indexOf(text); at >= 0; at = value.indexOf(text, at + 1)) {
    const end = at + text.length;
    if (isPart(value.charAt(at - 1)) || isPart(value.charAt(end)) || value.startsWith("://", end)) continue;
    return at;
  }
  return -1;
}

/** A patch that replaces a part of the setting; none when its value holds more than an address. */
export function settingPatch(
  { object, name, value, via }: Setting,
  place: Place,
  { from, to }: { readonly from: string; readonly to: string },
): { readonly object?: ObjectRef; readonly patch?: string } {
  const at = from.startsWith(":") ? value.indexOf(from) : wordIndex(value, from);
  if (!ADDRESS.test(value) || at < 0) return {};
  const changed = `${value.slice(0, at)}${to}${value.slice(at + from.length)}`;
  if (via === "argument") return argumentPatch(place, value, changed);
  return object.kind === "ConfigMap"
    ? { object, patch: toYaml({ data: { [name]: changed } }) }
    : { patch: containerPatch(place, { env: [{ name, value: changed }] }) };
}

/** A list of arguments can only be replaced as a whole. */
function argumentPatch(place: Place, value: string, changed: string): { readonly patch?: string } {
  const { args = [] } = place.spec;
  const index = args.findIndex((word) => word === value || word.endsWith(`=${value}`));
  if (index < 0 || !args.every((word) => ARGUMENT.test(word))) return {};
  const next = args.map((word, at) =>
    at === index ? `${word.slice(0, word.length - value.length)}${changed}` : word,
  );
  return { patch: containerPatch(place, { args: next }) };
}

import type { Objects } from "@k8s-ops/k8s-cluster";
import { CONFIG_KEY } from "../../kube/config/config-refs.ts";
import type { Place } from "../../kube/places.ts";

/** One place at which a container defines a variable. */
export interface Definition {
  readonly name: string;
  readonly field: string;
  /** What it is compared by: a value, or where it comes from. */
  readonly identity: string;
  readonly value: string | undefined;
  readonly shown: string;
}

interface Shadowed {
  readonly name: string;
  readonly winner: Definition;
  readonly losers: readonly Definition[];
}

/**
 * Variables with definitions of different values, the one that counts apart. Overriding a single key of envFrom in
 * env is a common way to set defaults, and is left out.
 * Source: k8s.io/kubernetes pkg/kubelet makeEnvironmentVariables
 */
export function shadowedDefinitions(
  place: Place,
  objects: Pick<Objects, "configMaps" | "secrets">,
): readonly Shadowed[] {
  const own = entries(place);
  const whole = wholes(place, objects);
  return [
    ...repeated(own),
    ...repeated(whole).filter(({ name }) => !own.some((entry) => entry.name === name)),
  ];
}

function repeated(definitions: readonly Definition[]): readonly Shadowed[] {
  return [...Map.groupBy(definitions, ({ name }) => name)].flatMap(([name, all]) => {
    const winner = all.at(-1);
    const losers = all.slice(0, -1).filter(({ identity }) => identity !== winner?.identity);
    return winner && losers.length > 0 ? [{ name, winner, losers }] : [];
  });
}

function entries({ spec, field }: Place): readonly Definition[] {
  return (spec.env ?? [])
    .map(({ name, value, valueFrom }, index) => ({
      name,
      field: `${field}.env[${index}]`,
      identity: JSON.stringify(valueFrom ?? value ?? ""),
      value: valueFrom ? undefined : value,
      shown: valueFrom ? JSON.stringify(valueFrom) : (value ?? ""),
    }))
    .filter(({ name }) => CONFIG_KEY.test(name));
}

function wholes(
  { spec, field, podRef: { namespace } }: Place,
  objects: Pick<Objects, "configMaps" | "secrets">,
): readonly Definition[] {
  return (spec.envFrom ?? []).flatMap(({ configMapRef, secretRef, prefix = "" }, index) => {
    const map = objects.configMaps.get(namespace, configMapRef?.name ?? "");
    const secret = objects.secrets.get(namespace, secretRef?.name ?? "");
    const from = map ? `ConfigMap ${configMapRef?.name}` : `Secret ${secretRef?.name}`;
    return Object.entries({ ...map?.data, ...secret?.data })
      .filter(([key]) => CONFIG_KEY.test(key))
      .map(([key, value]) => ({
        name: `${prefix}${key}`,
        field: `${field}.envFrom[${index}]`,
        identity: map ? JSON.stringify(value) : from,
        value: map ? value : undefined,
        shown: `key ${key} of ${from}`,
      }));
  });
}

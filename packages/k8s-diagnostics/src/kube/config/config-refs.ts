import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { ContainerSpec } from "../containers.ts";

type Pod = ObjectOf<"pods">;

/** Source: k8s.io/apimachinery pkg/util/validation IsConfigMapKey */
export const CONFIG_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

export type ConfigKind = "ConfigMap" | "Secret";

/** A place in a Pod's spec that needs a ConfigMap or Secret, or one key of it. */
export interface ConfigReference {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly key: string | undefined;
  /** In a volume any key may be binary; in a variable only text of a ConfigMap counts. */
  readonly via: "variable" | "volume";
  readonly volume?: string;
  /** Path below the Pod's spec. */
  readonly field: string;
  /** The same path for a patch: keys, and names of list items. Absent where a list can only be replaced as a whole. */
  readonly steps?: readonly (string | { readonly name: string })[];
}

/** The references that must hold for the Pod to start: those marked optional are left out. */
export function requiredReferences({ spec }: Pod): readonly ConfigReference[] {
  const containers = [
    ...(spec?.initContainers ?? []).map((container) => ({ container, list: "initContainers" })),
    ...(spec?.containers ?? []).map((container) => ({ container, list: "containers" })),
  ];
  return [
    ...containers.flatMap(({ container, list }) => ofContainer(container, list)),
    ...(spec?.volumes ?? []).flatMap((volume) => ofVolume(volume)),
  ];
}

function ofContainer(
  { name: container, env = [], envFrom = [] }: ContainerSpec,
  list: string,
): readonly ConfigReference[] {
  const path = `${list}[${container}]`;
  const variables = env.flatMap(({ name, valueFrom }) =>
    [
      { kind: "ConfigMap" as const, ref: valueFrom?.configMapKeyRef, part: "configMapKeyRef" },
      { kind: "Secret" as const, ref: valueFrom?.secretKeyRef, part: "secretKeyRef" },
    ].flatMap(({ kind, ref, part }) =>
      ref?.name === undefined || ref.optional
        ? []
        : [
            {
              kind,
              name: ref.name,
              key: ref.key,
              via: "variable" as const,
              field: `${path}.env[${name}].valueFrom.${part}`,
              steps: [list, { name: container }, "env", { name }, "valueFrom", part],
            },
          ],
    ),
  );
  const whole = envFrom.flatMap(({ configMapRef, secretRef }, index) =>
    [
      { kind: "ConfigMap" as const, ref: configMapRef, part: "configMapRef" },
      { kind: "Secret" as const, ref: secretRef, part: "secretRef" },
    ].flatMap(({ kind, ref, part }) =>
      ref?.name === undefined || ref.optional
        ? []
        : [
            {
              kind,
              name: ref.name,
              key: undefined,
              via: "variable" as const,
              field: `${path}.envFrom[${index}].${part}`,
            },
          ],
    ),
  );
  return [...variables, ...whole];
}

type Volume = NonNullable<NonNullable<Pod["spec"]>["volumes"]>[number];

interface Source {
  readonly kind: ConfigKind;
  readonly name: string | undefined;
  readonly optional: boolean | undefined;
  readonly items: readonly { readonly key: string }[] | undefined;
  readonly part: string;
}

function ofVolume({ name: volume, configMap, secret, projected }: Volume): readonly ConfigReference[] {
  const sources: readonly Source[] = [
    ...(configMap ? [source("ConfigMap", configMap, configMap.name, "configMap")] : []),
    ...(secret ? [source("Secret", secret, secret.secretName, "secret")] : []),
    ...(projected?.sources ?? []).flatMap((part, index) => [
      ...(part.configMap
        ? [source("ConfigMap", part.configMap, part.configMap.name, `projected.sources[${index}].configMap`)]
        : []),
      ...(part.secret
        ? [source("Secret", part.secret, part.secret.name, `projected.sources[${index}].secret`)]
        : []),
    ]),
  ];
  return sources.flatMap(({ kind, name, optional, items, part }) => {
    if (name === undefined || name === "" || optional) return [];
    const base = { kind, name, via: "volume" as const, volume, field: `volumes[${volume}].${part}` };
    const steps = part.startsWith("projected") ? undefined : ["volumes", { name: volume }, part];
    return [
      { ...base, key: undefined, ...(steps && { steps }) },
      ...(items ?? []).map(({ key }) => ({ ...base, key })),
    ];
  });
}

function source(
  kind: ConfigKind,
  { optional, items }: { readonly optional?: boolean; readonly items?: readonly { readonly key: string }[] },
  name: string | undefined,
  part: string,
): Source {
  return { kind, name, optional, items, part };
}

/** The view of the resource that holds objects of this kind. */
export function configView(kind: ConfigKind, objects: Pick<Objects, "configMaps" | "secrets">) {
  return kind === "ConfigMap" ? objects.configMaps : objects.secrets;
}

/** The keys of a ConfigMap or Secret that was read; undefined when it does not exist or is not known. */
export function configKeys(
  { kind, name, via }: Pick<ConfigReference, "kind" | "name" | "via">,
  namespace: string,
  objects: Pick<Objects, "configMaps" | "secrets">,
): readonly string[] | undefined {
  if (kind === "Secret") {
    const secret = objects.secrets.get(namespace, name);
    return secret && Object.keys(secret.data ?? {});
  }
  const map = objects.configMaps.get(namespace, name);
  return (
    map && [...Object.keys(map.data ?? {}), ...(via === "volume" ? Object.keys(map.binaryData ?? {}) : [])]
  );
}

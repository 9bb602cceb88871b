import { isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Place } from "../places.ts";

/** The volume of a container in which a path lies. */
export interface MountedPath {
  readonly volume: string;
  readonly mountPath: string;
  /** Path of the volumeMount in the workload. */
  readonly field: string;
  readonly type: "ConfigMap" | "Secret" | "PersistentVolumeClaim" | "other";
  /** The ConfigMap, Secret or claim; undefined for other volumes and when several objects share the volume. */
  readonly object: ObjectRef | undefined;
  /** Path in the volume. */
  readonly inVolume: string;
  /** The key that gives the file by its name or by an item; undefined when no item gives it. */
  readonly key: string | undefined;
  /** Keys and paths that the volume picks; undefined when it holds all keys under their names. */
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly subPath: boolean;
}

/** The mount with the longest path that contains this one. */
export function mountOf(place: Place, path: string): MountedPath | undefined {
  const mount = (place.spec.volumeMounts ?? [])
    .filter(({ mountPath }) => isWithin(path, mountPath))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = place.pod.spec?.volumes?.find(({ name }) => name === mount?.name);
  if (!mount || !volume) return undefined;
  const below = path.slice(trimmed(mount.mountPath).length + 1);
  const inVolume = [mount.subPath, below].filter(Boolean).join("/");
  const { type, name, items } = contentOf(volume);
  const key = items ? items.find((item) => item.path === inVolume)?.key : inVolume;
  return {
    volume: volume.name,
    mountPath: mount.mountPath,
    field: `${place.field}.volumeMounts[${mount.mountPath}]`,
    type,
    object:
      name !== undefined && isDnsSubdomain(name)
        ? { kind: type, namespace: place.podRef.namespace, name }
        : undefined,
    inVolume,
    key,
    items,
    subPath: mount.subPath !== undefined && mount.subPath !== "",
  };
}

type Volume = NonNullable<NonNullable<Place["pod"]["spec"]>["volumes"]>[number];

function contentOf({ configMap, secret, projected, persistentVolumeClaim }: Volume) {
  if (configMap) return { type: "ConfigMap", name: configMap.name, items: configMap.items } as const;
  if (secret) return { type: "Secret", name: secret.secretName, items: secret.items } as const;
  const [source, ...others] = projected?.sources ?? [];
  const part = source?.configMap ?? source?.secret;
  if (part && others.length === 0) {
    return { type: source?.configMap ? "ConfigMap" : "Secret", name: part.name, items: part.items } as const;
  }
  return persistentVolumeClaim
    ? ({ type: "PersistentVolumeClaim", name: persistentVolumeClaim.claimName, items: undefined } as const)
    : ({ type: "other", name: undefined, items: undefined } as const);
}

function trimmed(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

function isWithin(path: string, directory: string): boolean {
  const base = trimmed(directory);
  return base !== "" && (path === base || path.startsWith(`${base}/`));
}

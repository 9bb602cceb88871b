import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { CONFIG_KEY, configKeys, configView } from "../../kube/config/config-refs.ts";
import { type MountedPath, mountOf } from "../../kube/config/mounts.ts";
import { nearestName } from "../../kube/nearest.ts";
import type { Place } from "../../kube/places.ts";

type Read = Pick<Objects, "configMaps" | "secrets">;

/** Why a file is not where a program looks for it. */
export type MissingFile =
  /** The ConfigMap or Secret of an optional volume does not exist. */
  | { readonly reason: "object_missing"; readonly mount: MountedPath; readonly object: ObjectRef }
  /** The volume picks keys, and not the one that would give the file. */
  | {
      readonly reason: "not_picked";
      readonly mount: MountedPath;
      readonly object: ObjectRef;
      readonly key: string;
    }
  | {
      readonly reason: "key_missing";
      readonly mount: MountedPath;
      readonly object: ObjectRef;
      readonly key: string;
      readonly keys: readonly string[];
      readonly near: string | undefined;
    }
  /** A volume gives a file of this name, at another path. */
  | {
      readonly reason: "other_path";
      readonly mount: MountedPath;
      readonly object: ObjectRef;
      readonly key: string;
    }
  /** A volume lies over the directory of the image in which the file may be. */
  | { readonly reason: "hidden"; readonly mount: MountedPath }
  | { readonly reason: "not_in_volume"; readonly mount: MountedPath }
  | { readonly reason: "not_in_image" };

const CODE = /\.(?:js|mjs|cjs|ts|py|rb|php|jar|war|dll|so|sh|pl|exe)$/;

/** The first of the paths that a volume of the container should have. */
export function explainMissing(
  paths: readonly string[],
  isModule: boolean,
  place: Place,
  objects: Read,
): MissingFile {
  const mounted = paths.flatMap((path) => {
    const mount = mountOf(place, path);
    return mount ? [{ path, mount }] : [];
  });
  for (const { path, mount } of mounted) {
    const found = inConfig(mount, isModule || CODE.test(path), place, objects);
    if (found) return found;
    if (mount.type === "PersistentVolumeClaim" || mount.type === "other")
      return { reason: isModule || CODE.test(path) ? "hidden" : "not_in_volume", mount };
  }
  return paths.map((path) => elsewhere(path, place, objects)).find(Boolean) ?? { reason: "not_in_image" };
}

function inConfig(mount: MountedPath, isCode: boolean, place: Place, objects: Read): MissingFile | undefined {
  const { type, object, key } = mount;
  if ((type !== "ConfigMap" && type !== "Secret") || !object) return undefined;
  const view = configView(type, objects);
  const { namespace, name } = object;
  if (!view.get(namespace, name)) {
    return view.knows(namespace, name) ? { reason: "object_missing", mount, object } : undefined;
  }
  const keys = configKeys({ kind: type, name, via: "volume" }, place.podRef.namespace, objects) ?? [];
  if (keys.length === 0 && type === "Secret") return undefined;
  const wanted = key ?? mount.inVolume;
  if (key === undefined && keys.includes(wanted)) return { reason: "not_picked", mount, object, key: wanted };
  if (!CONFIG_KEY.test(wanted) || keys.includes(wanted)) return undefined;
  const near = nearestFile(wanted, keys);
  if (near === undefined && isCode) return { reason: "hidden", mount };
  return { reason: "key_missing", mount, object, key: wanted, keys, near };
}

/** Files of one name with another ending are as near as slips of letters. */
function nearestFile(wanted: string, keys: readonly string[]): string | undefined {
  const valid = keys.filter((key) => CONFIG_KEY.test(key));
  const stem = (name: string): string => name.toLowerCase().replace(/\.[a-z0-9]{1,5}$/, "");
  return valid.find((key) => stem(key) === stem(wanted)) ?? nearestName(wanted, valid);
}

/** A volume of the container that gives a file of the same name somewhere else. */
function elsewhere(path: string, place: Place, objects: Read): MissingFile | undefined {
  const file = path.slice(path.lastIndexOf("/") + 1);
  for (const { mountPath } of place.spec.volumeMounts ?? []) {
    const mount = mountOf(place, `${mountPath.replace(/\/$/, "")}/${file}`);
    if (!mount?.object || mount.subPath || mount.key === undefined) continue;
    const { type, object, key } = mount;
    if (type !== "ConfigMap" && type !== "Secret") continue;
    const keys = configKeys({ kind: type, name: object.name, via: "volume" }, object.namespace, objects);
    if (CONFIG_KEY.test(key) && keys?.includes(key)) return { reason: "other_path", mount, object, key };
  }
  return undefined;
}

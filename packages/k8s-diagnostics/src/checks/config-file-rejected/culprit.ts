import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { CONFIG_KEY } from "../../kube/config/config-refs.ts";
import { type MountedPath, mountOf } from "../../kube/config/mounts.ts";
import { variablesOf } from "../../kube/config/variables.ts";
import { pathsIn } from "../../kube/logs/file-phrases.ts";
import type { Place } from "../../kube/places.ts";

type Read = Pick<Objects, "configMaps" | "secrets">;

/** The key of a ConfigMap or Secret that a container has as a file. */
export interface MountedKey {
  readonly object: ObjectRef;
  readonly key: string;
  readonly mount: MountedPath;
  /** The file's text; undefined for Secrets and for what was not read. */
  readonly content: string | undefined;
  /** Whether the log names the file itself. */
  readonly named: boolean;
}

/**
 * The file that the log complains about: one that it names, else one that the container's arguments or variables
 * name, else the only file that the container is given.
 */
export function rejectedKey(text: string, place: Place, objects: Read): MountedKey | undefined {
  const named = pathsIn(text).flatMap((path) => keyAt(path, place, objects, true));
  if (named[0]) return named[0];
  const settings = [
    ...(place.spec.command ?? []),
    ...(place.spec.args ?? []),
    ...variablesOf(place, objects).map(({ value = "" }) => value),
  ].flatMap((value) => pathsIn(value));
  const configured = settings.flatMap((path) => keyAt(path, place, objects, false));
  return configured[0] ?? onlyKey(place, objects);
}

function keyAt(path: string, place: Place, objects: Read, named: boolean): readonly MountedKey[] {
  const mount = mountOf(place, path);
  if (!mount?.object || mount.key === undefined || !CONFIG_KEY.test(mount.key)) return [];
  if (mount.type !== "ConfigMap" && mount.type !== "Secret") return [];
  const { object, key } = mount;
  const content = objects.configMaps.get(object.namespace, object.name)?.data?.[key];
  const isKnown = mount.type === "Secret" || content !== undefined;
  return isKnown ? [{ object, key, mount, content, named }] : [];
}

function onlyKey(place: Place, objects: Read): MountedKey | undefined {
  const keys = (place.spec.volumeMounts ?? []).flatMap(({ mountPath, subPath }) => {
    const mount = mountOf(place, mountPath);
    if (mount?.type !== "ConfigMap" || !mount.object) return [];
    const data = objects.configMaps.get(mount.object.namespace, mount.object.name)?.data ?? {};
    return Object.keys(data)
      .filter((key) => subPath === undefined || subPath === "" || key === mount.key)
      .flatMap((key) =>
        keyAt(subPath ? mountPath : `${mountPath.replace(/\/$/, "")}/${key}`, place, objects, false),
      );
  });
  return keys.length === 1 ? keys[0] : undefined;
}

/** The number of the line that the log names (`line 3`, `default.conf:3`), where the file has as many. */
export function lineNumberIn(text: string, content: string | undefined): number | undefined {
  const found = /\bline:? (\d{1,6})\b/.exec(text) ?? /\/[\w.-]{1,100}:(\d{1,6})\b/.exec(text);
  const number = Number(found?.[1]);
  if (!(number > 0)) return undefined;
  return content === undefined || number <= content.split("\n").length + 1 ? number : undefined;
}

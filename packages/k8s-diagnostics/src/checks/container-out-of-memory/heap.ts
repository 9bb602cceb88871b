import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { settingsOf } from "../../kube/config/settings.ts";
import type { Place } from "../../kube/places.ts";

/** An option that sets how large a runtime's heap may grow. */
export interface HeapOption {
  readonly object: ObjectRef;
  readonly field: string;
  /** As it stands there, e.g. `-Xmx2560m`. */
  readonly option: string;
  readonly name: "-Xmx" | "--max-old-space-size";
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const XMX = /(?<![\w-])-Xmx(\d{1,15})([kKmMgGtT]?)(?!\w)/;
/** In MiB. Source: https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib */
const OLD_SPACE = /(?<![\w-])--max[-_]old[-_]space[-_]size[= ](\d{1,9})(?!\w)/;
/** A heap of nearly the limit leaves no room for the rest of the program. */
const SHARE = 0.95;

/** The option that lets the heap grow to the memory limit or beyond. */
export function heapAbove(
  limit: number | undefined,
  place: Place,
  objects: Pick<Objects, "configMaps">,
): HeapOption | undefined {
  if (limit === undefined) return undefined;
  const { spec, workload, field } = place;
  const lines = (["command", "args"] as const).map((list) => ({
    object: workload,
    field: `${field}.${list}`,
    value: spec[list]?.join(" ") ?? "",
  }));
  const settings = settingsOf(place, objects).filter(({ via }) => via === "variable" || via === "config_map");
  for (const { object, field: path, value } of [...lines, ...settings]) {
    const found = heapIn(value);
    if (found && found.bytes >= limit * SHARE)
      return { object, field: path, option: found.option, name: found.name };
  }
  return undefined;
}

function heapIn(text: string) {
  const [option, size, unit = ""] = XMX.exec(text) ?? [];
  if (option !== undefined) {
    return { option, name: "-Xmx" as const, bytes: Number(size) * (UNITS[unit.toLowerCase()] ?? 1) };
  }
  const [flag, mebibytes] = OLD_SPACE.exec(text) ?? [];
  return flag === undefined
    ? undefined
    : { option: flag, name: "--max-old-space-size" as const, bytes: Number(mebibytes) * 2 ** 20 };
}

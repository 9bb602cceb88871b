import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { CONFIG_KEY } from "../../kube/config/config-refs.ts";
import { type Setting, settingsOf } from "../../kube/config/settings.ts";
import { RANK, rankOf } from "../../kube/logs/line-rank.ts";
import type { Place } from "../../kube/places.ts";

/** A complaint of a program in which settings of one of its files are named. */
export interface NamedSettings {
  readonly line: string;
  readonly object: ObjectRef;
  readonly key: string;
  /** The lines of the file that set them, with their numbers. */
  readonly settings: readonly { readonly number: number; readonly text: string }[];
  /** Whether the program names the value, too. */
  readonly isExact: boolean;
}

/** Names of settings have parts, such as `pm.max_children`; single words are found in any sentence. */
const NAME = /[A-Za-z][A-Za-z0-9]{0,40}(?:[._-][A-Za-z0-9]{1,40}){1,8}/g;
const ASSIGNMENT = /^\s*["']?([A-Za-z][\w.-]{2,120})["']?\s*(?:[:=]|\s\S)/;
const MAX_SETTINGS = 3;
/** As Kubernetes' own programs say it. Source: k8s.io/apimachinery pkg/util/validation/field ErrorType.String */
const FIELD_ERROR =
  /(?<![\w.])([A-Za-z][\w.[\]-]{0,200}): (?:Invalid|Unsupported|Duplicate) value: \\?"([^"\\]{1,200})\\?"/;

/** The complaint that names the most settings of one file from a ConfigMap. Linear in what the container has. */
export function namedSettings(
  lines: readonly string[],
  place: Place,
  objects: Pick<Objects, "configMaps">,
): NamedSettings | undefined {
  const files = settingsOf(place, objects).filter(({ via, name }) => via === "file" && CONFIG_KEY.test(name));
  if (files.length === 0) return undefined;
  const assignments = files.map((file) => ({ file, byName: assignmentsOf(file) }));
  for (const line of lines) {
    const refused = refusedField(line, files);
    if (refused) return { line, ...refused, isExact: true };
  }
  const found = lines
    .filter((line) => rankOf(line) > RANK.warning)
    .flatMap((line) => {
      const names = new Set(line.slice(0, 1_000).match(NAME));
      return assignments.map(({ file: { object, name: key }, byName }) => ({
        line,
        object,
        key,
        settings: [...names].flatMap((name) => byName.get(name) ?? []).slice(0, MAX_SETTINGS),
        isExact: false,
      }));
    })
    .filter(({ settings }) => settings.length > 0);
  return found.toSorted((a, b) => b.settings.length - a.settings.length)[0];
}

function assignmentsOf({ value }: Setting) {
  const found = new Map<string, { readonly number: number; readonly text: string }>();
  for (const [index, text] of value.slice(0, 200_000).split("\n").entries()) {
    const name = ASSIGNMENT.exec(text)?.[1];
    if (name !== undefined) found.set(name, { number: index + 1, text: text.trim() });
  }
  return found;
}

/** The one line of the files that gives the refused field, by the last part of its path, the refused value. */
function refusedField(
  line: string,
  files: readonly Setting[],
): Pick<NamedSettings, "object" | "key" | "settings"> | undefined {
  const [, path = "", value = ""] = FIELD_ERROR.exec(line.slice(0, 2_000)) ?? [];
  const field = path.split(".").at(-1)?.toLowerCase() ?? "";
  if (field === "") return undefined;
  const found = files.flatMap(({ object, name: key, value: content }) =>
    content
      .slice(0, 200_000)
      .split("\n")
      .flatMap((text, index) => {
        const [name = "", ...rest] = text.trim().replace(/^- /, "").split(":");
        const plain = (part: string) => part.trim().replace(/^(["'])(.*)\1$/, "$2");
        return plain(name).toLowerCase() === field && plain(rest.join(":")) === value
          ? [{ object, key, settings: [{ number: index + 1, text: text.trim() }] }]
          : [];
      }),
  );
  return found.length === 1 ? found[0] : undefined;
}

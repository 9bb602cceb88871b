import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../../check.ts";
import { type Setting, settingPatch, settingsOf } from "../../kube/config/settings.ts";
import type { TlsMode } from "../../kube/logs/tls-phrases.ts";
import type { Place } from "../../kube/places.ts";

/** Where a program is told whether to speak TLS. */
export interface ModeSetting {
  readonly object: ObjectRef;
  readonly field: string;
  /** The line that says so. */
  readonly value: string;
  readonly setting: Setting;
}

/** Of Kafka's clients, database drivers and Spring. `NAME=value` stands for a variable. */
const MODES: Readonly<Record<TlsMode, RegExp>> = {
  plain:
    /security[._-]?protocol["']?\s{0,3}[:=]\s{0,3}["']?(?:SASL_)?PLAINTEXT\b|ssl-?mode["']?\s{0,3}[:=]\s{0,3}["']?disabled?\b|useSSL=false\b|\b(?:\w{1,40}[._-])?(?:ssl|tls)(?:[._-]enabled?)?["']?\s{0,3}[:=]\s{0,3}["']?(?:false|off|no|0)\b/i,
  tls: /security[._-]?protocol["']?\s{0,3}[:=]\s{0,3}["']?(?:SASL_)?SSL\b|ssl-?mode["']?\s{0,3}[:=]\s{0,3}["']?(?:require|required|verify[-_](?:ca|full|identity))\b|useSSL=true\b|\b(?:\w{1,40}[._-])?(?:ssl|tls)(?:[._-]enabled?)?["']?\s{0,3}[:=]\s{0,3}["']?(?:true|on|yes|1)\b/i,
};
const SCHEMES: Readonly<Record<TlsMode, RegExp>> = {
  plain: /\b(?:http|redis|amqp|ldap|mqtt|ws|grpc):\/\//i,
  tls: /\b(?:https|rediss|amqps|ldaps|mqtts|wss|grpcs):\/\//i,
};
/** A whole value that can be turned into its opposite. */
const OPPOSITES: Readonly<Record<string, string>> = {
  PLAINTEXT: "SSL",
  SASL_PLAINTEXT: "SASL_SSL",
  SSL: "PLAINTEXT",
  SASL_SSL: "SASL_PLAINTEXT",
};
const MAX_LINE = 500;

/** The setting by which a program speaks so: a mode, else the scheme of a URL that names the server. */
export function modeSetting(
  place: Place,
  mode: TlsMode,
  server: string | undefined,
  objects: Pick<Objects, "configMaps">,
): ModeSetting | undefined {
  for (const setting of settingsOf(place, objects)) {
    const { object, field, name, value, via } = setting;
    const lines = value.includes("\n") || via === "file" ? value.split("\n") : [`${name}=${value}`];
    const line = lines.find(
      (each) =>
        each.length <= MAX_LINE &&
        !/^\s*[#;]/.test(each) &&
        (MODES[mode].test(each) ||
          (server !== undefined && each.includes(server) && SCHEMES[mode].test(each))),
    );
    if (line !== undefined) return { object, field, value: line.trim(), setting };
  }
  return undefined;
}

/** Kafka's modes are single words that change with nothing around them. */
export function modePatch(found: ModeSetting | undefined, place: Place): Pick<Remedy, "object" | "patch"> {
  const to = OPPOSITES[found?.setting.value ?? ""];
  if (!found || to === undefined || found.setting.via === "file") return {};
  return settingPatch(found.setting, place, { from: found.setting.value, to });
}

import { isDnsLabel, isDnsSubdomain } from "@k8s-ops/k8s-cluster";

/** What a program asks the API server for, by its kind or its plural name. */
export interface AskedKind {
  readonly group: string;
  readonly version: string | undefined;
  readonly kind: string | undefined;
  readonly plural: string | undefined;
}

/** As client-go and controller-runtime word it; in JSON the quotes are escaped. */
const NO_MATCH =
  /no matches for kind \\?"([A-Za-z0-9]{1,63})\\?" in (?:version|group) \\?"([-a-z0-9.]{1,253})(?:\/([a-z0-9]{1,30}))?\\?"/;
const NOT_FOUND =
  /could not find the requested resource \((?:get|list|watch|post) ([a-z0-9]{1,63})\.([-a-z0-9.]{1,253})\)/;

/** The kind of which a line says that the API server does not know it. */
export function askedKind(line: string): AskedKind | undefined {
  const text = line.slice(0, 4_000);
  const [, kind, group = "", version] = NO_MATCH.exec(text) ?? [];
  if (kind !== undefined) return checked({ group, version, kind, plural: undefined });
  const [, plural, inGroup = ""] = NOT_FOUND.exec(text) ?? [];
  return plural === undefined
    ? undefined
    : checked({ group: inGroup, version: undefined, kind: undefined, plural });
}

function checked(asked: AskedKind): AskedKind | undefined {
  const { group, version } = asked;
  return isDnsSubdomain(group) && (version === undefined || isDnsLabel(version)) ? asked : undefined;
}

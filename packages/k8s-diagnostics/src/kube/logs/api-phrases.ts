/** A kind or resource that a program asks the API server for. What the text does not say is undefined. */
export interface AskedApi {
  readonly kind?: string;
  /** Plural, as `cronjobs`. */
  readonly resource?: string;
  /** `""` for the core group. */
  readonly group?: string;
  readonly version?: string;
}

const KIND = String.raw`\\?"?([A-Z][A-Za-z0-9]{0,62})\\?"?`;
/** As apimachinery's discovery, client-go's reflector and the dynamic client, and kubectl word it. */
const NO_MATCH = new RegExp(
  String.raw`no matches for kind ${KIND} in (version|group) \\?"([a-z0-9.-]{0,253}(?:/[a-z0-9]{1,63})?)\\?"`,
);
const TYPED =
  /(?:list|watch|get|create|update|patch) \*(v[0-9][a-z0-9]{0,20})\.([A-Z][A-Za-z0-9]{0,62}): the server could not find the requested resource/;
const RESOURCE =
  /the server could not find the requested resource \((?:get|list|watch|post|put|patch|delete) ([a-z0-9-]{1,63})(?:\.([a-z0-9.-]{1,253}))?\)/;
const DYNAMIC =
  /(?:list|watch) ([a-z0-9.-]{0,253})\/(v[0-9][a-z0-9]{0,20}), (?:Resource|Kind)=([A-Za-z0-9]{1,63}): the server could not find the requested resource/;

/** What a line says that the API server does not serve, if it says so. */
export function unservedApi(line: string): AskedApi | undefined {
  const [, kind, what, text = ""] = NO_MATCH.exec(line) ?? [];
  if (kind !== undefined) return what === "group" ? { kind, group: text } : { kind, ...groupVersion(text) };
  const [, version, typed] = TYPED.exec(line) ?? [];
  if (typed !== undefined && version !== undefined) return { kind: typed, version };
  const [, group, dynamicVersion, name] = DYNAMIC.exec(line) ?? [];
  if (name !== undefined && group !== undefined && dynamicVersion !== undefined) {
    const asked = /^[A-Z]/.test(name) ? { kind: name } : { resource: name };
    return { ...asked, group, version: dynamicVersion };
  }
  const [, resource, ofGroup] = RESOURCE.exec(line) ?? [];
  return resource === undefined ? undefined : { resource, group: ofGroup ?? "" };
}

function groupVersion(text: string): Pick<AskedApi, "group" | "version"> {
  const [first = "", second] = text.split("/");
  return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

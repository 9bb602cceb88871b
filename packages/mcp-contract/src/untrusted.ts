import { stripVTControlCharacters } from "node:util";

/**
 * Characters that change how text is read or hide what it says: controls except tab and newline, format characters
 * (zero-width, bidirectional marks of UAX #9, tags), unpaired surrogates, line and paragraph separators, variation
 * selectors.
 */
const HARMFUL = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{VS}]--[\t\n]]/gv;

/** Text from a cluster without the characters that could deceive a reader. Idempotent; the rest stays as it was. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, "\n").replace(HARMFUL, "");
}

/** {@link cleanText} on every string of a JSON value, keys included. */
export function mapStrings<T>(value: T, map: (text: string) => string): T {
  return mapValue(value, map) as T;
}

function mapValue(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapValue(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [map(key), mapValue(item, map)]),
  );
}

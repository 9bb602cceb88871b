import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";

/** Where each value of a YAML document stands: JSON of its path to its line, from 1. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const events = parseEvents(text, {})[Symbol.iterator]();
  const next = (): Event | undefined => events.next().value;

  const visit = (event: Event, path: readonly string[], at: number): void => {
    lines.set(JSON.stringify(path), lineAt(text, at));
    if (event.type === EVENT_ID.MAPPING) visitMapping(path);
    if (event.type === EVENT_ID.SEQUENCE) visitSequence(path);
  };
  const visitMapping = (path: readonly string[]): void => {
    for (let key = next(); key && key.type !== EVENT_ID.POP; key = next()) {
      const step = key.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : "?";
      if (key.type !== EVENT_ID.SCALAR) visit(key, [...path, step], startOf(key));
      const value = next();
      if (value) visit(value, [...path, step], startOf(key));
    }
  };
  const visitSequence = (path: readonly string[]): void => {
    let index = 0;
    for (let item = next(); item && item.type !== EVENT_ID.POP; item = next()) {
      visit(item, [...path, String(index)], startOf(item));
      index += 1;
    }
  };

  next();
  const root = next();
  if (root) visit(root, [], startOf(root));
  return lines;
}

function startOf(event: Event): number {
  if ("valueStart" in event) return event.valueStart;
  if ("start" in event) return event.start;
  return "anchorStart" in event ? event.anchorStart : 0;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, Math.max(0, offset)).split("\n").length;
}

import { readFileSync } from "node:fs";
import { parseDocuments, parseObjects } from "../recorded/parse.ts";
import { normalizeObject } from "../snapshot/normalize.ts";
import { RESOURCE_KEYS } from "../snapshot/resources.ts";
import { buildSnapshot, type LogAnswer, type LogNeed, type Snapshot } from "../snapshot/snapshot.ts";

const FIXTURE_API = "testing.k8s-ops/v1";

/** What a fixture says beside its objects, as a document of apiVersion `testing.k8s-ops/v1`, kind `Fixture`. */
interface FixtureSettings {
  /** RFC 3339; default 2026-01-01T12:00:00Z. */
  readonly asOf?: string;
  /** Resources that count as not recorded, so that nothing may be concluded from their absence. */
  readonly unknown?: readonly string[];
  readonly logs?: readonly (LogNeed & { readonly text: string })[];
}

/**
 * A deeply frozen snapshot from YAML text: what a check gets to see. Every resource counts as read completely unless
 * the fixture's settings name it as unknown.
 */
export function snapshotFromYaml(text: string): Snapshot {
  const settings = fixtureSettings(text);
  const parsed = parseObjects("fixture.yaml", text);
  const answers = RESOURCE_KEYS.map((resource) => ({
    need: { resource },
    items: parsed.objects.flatMap((found) => {
      const object = found.resource === resource ? normalizeObject(resource, found.raw) : undefined;
      return object ? [deepFreeze(object)] : [];
    }),
    ...(settings.unknown?.includes(resource) && { gap: { resource, reason: "not_recorded" as const } }),
  }));
  const logs: readonly LogAnswer[] = (settings.logs ?? []).map(({ text: lines, ...need }) => ({
    need,
    excerpt: { ...need, lines: lines.trimEnd().split("\n"), truncated: false },
  }));
  return buildSnapshot({
    cluster: { name: "fixture", source: "recording" },
    asOf: settings.asOf ?? "2026-01-01T12:00:00Z",
    answers,
    logs,
  });
}

/** {@link snapshotFromYaml} of a file. */
export function snapshotFromFile(path: string | URL): Snapshot {
  return snapshotFromYaml(readFileSync(path, "utf8"));
}

function fixtureSettings(text: string): FixtureSettings {
  const documents = parseDocuments("fixture.yaml", text) as readonly ({ apiVersion?: string } | null)[];
  return (documents.find((document) => document?.apiVersion === FIXTURE_API) ?? {}) as FixtureSettings;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

import type { ClusterWriter } from "@k8s-ops/k8s-cluster";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RemediationError } from "../errors.ts";
import { AT, entryOf } from "../testing/entries.ts";
import type { FakeCluster } from "../testing/fake-cluster.ts";
import { shop } from "../testing/shop.ts";
import type { Entry } from "./entry.ts";
import { createLeaseLedger } from "./lease-ledger.ts";
import type { Ledger } from "./ledger.ts";

const ANNOTATION = "k8s-ops-mcp/actions";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An API server whose clock the test moves on, and replicas whose clocks are apart from it. */
interface World {
  readonly cluster: FakeCluster;
  time: number;
  /** What the API server says of its time. */
  creationTimestamp(): string;
}

function world(): World {
  const made: World = {
    cluster: shop(),
    time: AT,
    creationTimestamp: () => new Date(made.time).toISOString(),
  };
  return made;
}

function replica(place: World, { apart = 0, key = 1 } = {}): Ledger {
  const { writer } = place.cluster;
  const create: ClusterWriter["create"] = async (object, body, options) => {
    const made = await writer.create(object, body, options);
    return { ...made, metadata: { ...made.metadata, creationTimestamp: place.creationTimestamp() } };
  };
  return createLeaseLedger({
    writer: { ...writer, create },
    namespace: "ops",
    cluster: "uid-kube-system",
    key: Buffer.alloc(32, key),
    identity: "a",
    now: () => place.time + apart,
  });
}

const add = (book: Ledger, id: string, change: Partial<Entry> = {}) =>
  book.update((entries, now) => [...entries, entryOf({ id, at: now, until: now, ...change })]);
const idsOf = async (book: Ledger) => (await book.read()).map(({ id }) => id);
const edit = ({ cluster }: World, change: Parameters<FakeCluster["edit"]>[3]) =>
  cluster.edit("leases", "ops", "k8s-ops-mcp", change);
const annotate = (place: World, text: string) =>
  edit(place, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [ANNOTATION]: text };
  });
const annotationOf = ({ cluster }: World) =>
  cluster.find("leases", "ops", "k8s-ops-mcp")?.metadata.annotations?.[ANNOTATION] ?? "";

describe("a Lease that was damaged", () => {
  it.each(["{oops", "[]", "{}", '{"counter":1,"entries":[{}]}'])(
    "is refused for plans and writes, and stays as it is: %s",
    async (text) => {
      const place = world();
      await add(replica(place), "action-1");
      annotate(place, text);
      const book = replica(place);
      await expect(book.read()).rejects.toThrow(/Lease ops\/k8s-ops-mcp was damaged.*delete the Lease/);
      await expect(add(book, "action-2")).rejects.toMatchObject({ code: "ledger_unavailable" });
      expect(annotationOf(place)).toBe(text);
    },
  );

  it("is one that was set back to what it was earlier", async () => {
    const place = world();
    const book = replica(place);
    await add(book, "action-1");
    const earlier = annotationOf(place);
    await add(replica(place), "action-2");
    expect(await idsOf(book)).toHaveLength(2);
    annotate(place, earlier);
    await expect(book.read()).rejects.toThrow("older than what this server has seen");
    await expect(add(book, "action-3")).rejects.toMatchObject({ code: "ledger_unavailable" });
  });

  it.each<[string, (place: World) => void]>([
    ["gone", ({ cluster }) => cluster.remove("leases", "ops", "k8s-ops-mcp")],
    [
      "another",
      (place) =>
        edit(place, ({ metadata }) => {
          metadata.uid = "uid-another";
        }),
    ],
  ])("is one that is %s, until 20 minutes have passed or the server is started anew", async (_, change) => {
    const place = world();
    const book = replica(place);
    await add(book, "action-1");
    change(place);
    await expect(add(book, "action-2")).rejects.toThrow(
      /accepts once it is started again, or from 2026-01-02T00:20:00.000Z on/,
    );
    const fresh = replica(place);
    await fresh.read();
    place.time += 20 * MINUTE;
    await add(book, "action-2");
    await add(fresh, "action-3");
    expect((await idsOf(book)).slice(-2)).toEqual(["action-2", "action-3"]);
  });

  it("is none that has no record yet", async () => {
    const place = world();
    await add(replica(place), "action-1");
    edit(place, ({ metadata }) => {
      metadata.annotations = { other: "kept" };
    });
    const book = replica(place);
    expect(await book.read()).toEqual([]);
    await add(book, "action-2");
    expect(await idsOf(book)).toEqual(["action-2"]);
    expect(place.cluster.find("leases", "ops", "k8s-ops-mcp")?.metadata.annotations).toMatchObject({
      other: "kept",
    });
  });

  it("is none that is written while others read it", async () => {
    const place = world();
    const book = replica(place);
    const reading = Array.from({ length: 50 }, (_, index) =>
      Promise.all([add(book, `action-${index}`), book.read(), book.read()]),
    );
    await Promise.all(reading);
    expect(await book.read()).toHaveLength(50);
  });

  it("is none that servers with different keys write in turn", async () => {
    const place = world();
    const books = [replica(place), replica(place, { key: 2 })] as const;
    await add(books[0], "action-1");
    await add(books[1], "action-2");
    await add(books[0], "action-3");
    expect(await idsOf(books[1])).toEqual(["action-1", "action-2", "action-3"]);
    expect((await books[1].read()).map(({ undo }) => undo.by)).toEqual(["nothing", "fields", "nothing"]);
  });
});

/** So large that nine of its kind fill the Lease. */
const LARGE = { caller: "x".repeat(21_000) };

describe("a Lease that is full", () => {
  async function filled(change: Partial<Entry> = {}) {
    const place = world();
    const book = replica(place);
    for (let index = 0; index < 9; index++) await add(book, `action-${index}`, { ...LARGE, ...change });
    return { place, book };
  }

  it("refuses another action as long as all count, and says the way out", async () => {
    const { place, book } = await filled();
    place.time += 20 * MINUTE - 1;
    await expect(add(book, "action-9", LARGE)).rejects.toThrow(/full, and its 10 actions still count. Wait/);
    await expect(add(book, "action-9", LARGE)).rejects.toMatchObject({ code: "ledger_unavailable" });
    expect(await book.read()).toHaveLength(9);
  });

  it("forgets what counts no more", async () => {
    const { place, book } = await filled();
    place.time += 20 * MINUTE;
    await add(book, "action-9", LARGE);
    expect(await idsOf(book)).toEqual(["action-9"]);
  });

  it("keeps what counts for a rule that looks back further, whoever acts next", async () => {
    const { place, book } = await filled({ keepSeconds: 7200 });
    place.time += 2 * HOUR - 1;
    await expect(add(book, "action-9", LARGE)).rejects.toMatchObject({ code: "ledger_unavailable" });
    place.time += 1;
    await add(book, "action-9", LARGE);
    expect(await idsOf(book)).toEqual(["action-9"]);
  });

  it("takes the outcome of what was begun, though not another byte has room", async () => {
    const { book } = await filled({ outcome: "started" });
    const fits = (size: number) =>
      add(book, "action-9", { outcome: "started", caller: "x".repeat(size) }).then(
        () => true,
        () => false,
      );
    let size = 12_000;
    while (!(await fits(size))) size -= 40;
    await book.update((entries) => entries.map((entry) => ({ ...entry, outcome: "not_applied" })));
    expect((await book.read()).map(({ outcome }) => outcome)).toEqual(Array(10).fill("not_applied"));
  });

  it("forgets by the clock of the API server", async () => {
    const { place } = await filled();
    place.time += 12 * MINUTE;
    const ahead = replica(place, { apart: 9 * MINUTE });
    await expect(add(ahead, "action-9", LARGE)).rejects.toMatchObject({ code: "ledger_unavailable" });
    place.time += 8 * MINUTE;
    await add(ahead, "action-9", LARGE);
  });

  it("forgets nothing when the API server does not tell its time", async () => {
    const { place, book } = await filled();
    place.time += DAY;
    place.creationTimestamp = () => "soon";
    await expect(add(book, "action-9", LARGE)).rejects.toMatchObject({ code: "ledger_unavailable" });
  });
});

describe("entries that nobody needs any more", () => {
  it("are forgotten after a day, an hour later at the latest", async () => {
    const place = world();
    const book = replica(place);
    await add(book, "action-1");
    place.time += HOUR;
    await add(book, "action-2");
    place.time += DAY + 1;
    await add(book, "action-3");
    expect(await idsOf(book)).toEqual(["action-3"]);
  });

  it("stay when a dry run of a Lease is not permitted and there is room", async () => {
    const place = world();
    const book = replica(place);
    await add(book, "action-1");
    place.time += 2 * DAY;
    place.creationTimestamp = () => {
      throw new Error("forbidden");
    };
    await add(book, "action-2");
    expect(await idsOf(book)).toEqual(["action-1", "action-2"]);
  });
});

describe("a server whose clock is wrong", () => {
  it.each([
    ["two days ahead", 2 * DAY],
    ["a day behind", -DAY],
  ])("does not write when it is %s of what others wrote", async (_, apart) => {
    const place = world();
    await add(replica(place), "action-1");
    await expect(add(replica(place, { apart }), "action-2")).rejects.toThrow(
      /clock of this server.*Set them right/,
    );
    expect(await idsOf(replica(place))).toEqual(["action-1"]);
  });

  it("dates its entries wrongly for nobody but until another server writes", async () => {
    const place = world();
    await add(replica(place, { apart: 300 * DAY }), "action-1");
    await add(replica(place), "action-2");
    place.time += HOUR;
    expect(await replica(place).read()).toMatchObject([
      { id: "action-1", at: AT },
      { id: "action-2", at: AT },
    ]);
  });
});

it("refuses what it could not read again", async () => {
  const place = world();
  const book = replica(place);
  await expect(add(book, "action-1", { tool: "my tool" })).rejects.toMatchObject({
    code: "ledger_unavailable",
  });
  expect(await book.read()).toEqual([]);
});

it("never forgets what counts, whatever the clocks of replicas say and whenever they act", async () => {
  const clocks = fc.array(fc.integer({ min: -3 * DAY, max: 3 * DAY }), { minLength: 1, maxLength: 3 });
  const acts = fc.array(
    fc.record({
      by: fc.nat(2),
      wait: fc.oneof(fc.nat(5 * MINUTE), fc.nat(2 * DAY)),
      keepSeconds: fc.constantFrom(0, 3600, 86_400),
      large: fc.boolean(),
    }),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(clocks, acts, async (wrong, history) => {
      const place = world();
      const books = [0, ...wrong].map((apart) => ({ apart, book: replica(place, { apart }) }));
      const made: { id: string; at: number; keepMs: number }[] = [];
      for (const [index, { by, wait, keepSeconds, large }] of history.entries()) {
        place.time += wait;
        const { apart, book } = books[by % books.length] as (typeof books)[number];
        const id = `action-${index}`;
        try {
          await add(book, id, { keepSeconds, ...(large && LARGE) });
          // Dated by a clock that is ahead it is kept longer; by one that is behind, as long as that clock lets it.
          const keepMs = Math.max(20 * MINUTE, keepSeconds * 1000);
          made.push({ id, at: Math.min(place.time, place.time + apart), keepMs });
        } catch (error) {
          expect(error).toBeInstanceOf(RemediationError);
        }
        const kept = new Set(await idsOf(books[0]?.book as Ledger));
        const lost = made.filter((each) => place.time - each.at < each.keepMs && !kept.has(each.id));
        expect(lost).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

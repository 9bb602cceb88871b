import { ClusterError, type ClusterWriter, connect, createLiveWriter } from "@k8s-ops/k8s-cluster";
import {
  type ApiEndpoint,
  type ReceivedRequest,
  type Reply,
  startApiEndpoint,
  statusBody,
  temporaryKubeconfig,
} from "@k8s-ops/k8s-cluster/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AT, entryOf } from "../testing/entries.ts";
import type { Entry } from "./entry.ts";
import { createLeaseLedger } from "./lease-ledger.ts";
import type { Ledger } from "./ledger.ts";

const KEY = Buffer.alloc(32, 1);
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/ops/leases";
const LEASE = `${LEASES}/k8s-ops-mcp`;

interface Lease {
  metadata: { name: string; namespace: string; uid: string; resourceVersion: string; annotations: object };
  spec: object;
}

/** Leases of an API server: one that is created once, and changed by those who have seen its newest version. */
function serveLease(
  api: ApiEndpoint,
  trouble: (request: ReceivedRequest) => Reply | undefined = () => undefined,
) {
  const state: { lease?: Lease } = {};
  const conflict: Reply = { status: 409, body: statusBody(409, "the object has been modified") };
  let version = 0;
  const stored = (lease: Lease): Reply => {
    lease.metadata.resourceVersion = String(++version);
    state.lease = lease;
    return { body: lease };
  };
  api.on(LEASES, (request) => {
    const refused = trouble(request);
    if (refused) return refused;
    if (state.lease) return conflict;
    const lease = JSON.parse(request.body) as Lease;
    return stored({ ...lease, metadata: { ...lease.metadata, uid: "uid-lease" } });
  });
  api.on(LEASE, (request) => {
    const refused = trouble(request);
    if (refused) return refused;
    if (!state.lease) return { status: 404, body: statusBody(404, "not found") };
    if (request.method === "GET") return { body: state.lease };
    const { metadata, spec } = JSON.parse(request.body) as Lease;
    const { uid, resourceVersion } = state.lease.metadata;
    if (metadata.uid !== uid || metadata.resourceVersion !== resourceVersion) return conflict;
    return stored({
      metadata: {
        ...state.lease.metadata,
        annotations: { ...state.lease.metadata.annotations, ...metadata.annotations },
      },
      spec: { ...state.lease.spec, ...spec },
    });
  });
  return state;
}

let api: ApiEndpoint;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  api = await startApiEndpoint();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(ends.splice(0).map((end) => end()));
  await api.close();
});

async function liveWriter(): Promise<ClusterWriter> {
  const { kubeconfig, remove } = await temporaryKubeconfig({ server: api.url });
  const connection = await connect({ env: {}, kubeconfig, backoffMs: 1, attemptTimeoutMs: 500 });
  ends.push(async () => {
    await connection.close();
    await remove();
  });
  return createLiveWriter(connection);
}

async function ledger(identity = "replica-1"): Promise<Ledger> {
  const writer = await liveWriter();
  return createLeaseLedger({ writer, namespace: "ops", cluster: "c", key: KEY, identity, now: () => AT });
}

const adding =
  (id: string) =>
  (entries: readonly Entry[]): readonly Entry[] => [...entries, entryOf({ id })];
const idsOf = async (book: Ledger) => (await book.read()).map(({ id }) => id);

describe("a ledger in a Lease", () => {
  it("is empty at first, is made with the first entry, and says who wrote last", async () => {
    const state = serveLease(api);
    const book = await ledger();
    expect(await book.read()).toEqual([]);
    await book.update(adding("action-1"));
    await book.update(adding("action-2"));
    expect(await idsOf(book)).toEqual(["action-1", "action-2"]);
    expect(state.lease?.spec).toEqual({
      holderIdentity: "replica-1",
      renewTime: "2026-01-02T00:00:00.000000Z",
    });
    expect(api.requests.map(({ method }) => method).filter((method) => method === "POST")).toHaveLength(1);
  });

  it("loses none of 100 changes that three replicas make at once, the first of all included", async () => {
    serveLease(api);
    const books = await Promise.all(["a", "b", "c"].map(ledger));
    const ids = Array.from({ length: 100 }, (_, index) => `action-${index}`);
    await Promise.all(ids.map((id, index) => books[index % 3]?.update(adding(id))));
    for (const book of books) expect((await idsOf(book)).toSorted()).toEqual(ids.toSorted());
  });

  it("lets one of two replicas decide, each against what the other has stored", async () => {
    serveLease(api);
    const books = await Promise.all(["a", "b"].map(ledger));
    const once = (entries: readonly Entry[]): readonly Entry[] => {
      if (entries.length > 0) throw new Error("somebody was first");
      return [entryOf()];
    };
    const outcomes = await Promise.allSettled(books.map((book) => book.update(once)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await idsOf(books[0] as Ledger)).toHaveLength(1);
  });

  it("stores nothing when the change is refused, and goes on with the next one", async () => {
    const state = serveLease(api);
    const book = await ledger();
    const refused = book.update(() => {
      throw new Error("no");
    });
    const next = book.update(adding("action-1"));
    await expect(refused).rejects.toThrow("no");
    await next;
    expect(state.lease?.metadata.resourceVersion).toBe("1");
  });

  it("tries again after conflicts", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    let conflicts = 10;
    serveLease(api, ({ method }) => (method !== "GET" && conflicts-- > 0 ? { status: 409 } : undefined));
    const book = await ledger();
    await book.update(adding("action-1"));
    expect(await idsOf(book)).toEqual(["action-1"]);
  });

  it("is unavailable in a storm of conflicts, after tries that are counted", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    serveLease(api, ({ method }) => (method === "GET" ? undefined : { status: 409 }));
    const book = await ledger();
    await expect(book.update(adding("action-1"))).rejects.toMatchObject({
      code: "ledger_unavailable",
      retryable: true,
    });
    expect(api.requests.filter(({ method }) => method === "POST")).toHaveLength(40);
  });

  it.each<[string, Reply]>([
    ["forbidden", { status: 403 }],
    ["lost", { fault: "reset" }],
    ["refused", { status: 422 }],
    ["sent to a namespace that is not there", { status: 404 }],
  ])(
    "is unavailable, and says what it needs, when its write is %s; it is not sent twice",
    async (_, reply) => {
      serveLease(api, ({ method }) => (method === "GET" ? undefined : reply));
      const book = await ledger();
      const failure = book.update(adding("action-1"));
      await expect(failure).rejects.toMatchObject({ code: "ledger_unavailable" });
      await expect(failure).rejects.toThrow(/Lease ops\/k8s-ops-mcp.*get, create and patch on leases/);
      expect(api.requests.filter(({ method }) => method !== "GET")).toHaveLength(1);
    },
  );

  it("is unavailable when it cannot be read", async () => {
    serveLease(api, () => ({ status: 403 }));
    const book = await ledger();
    await expect(book.read()).rejects.toMatchObject({ code: "ledger_unavailable" });
    await expect(book.update(adding("action-1"))).rejects.toMatchObject({ code: "ledger_unavailable" });
  });

  it("passes on what is no answer of the cluster", async () => {
    const get = async (): Promise<never> => {
      throw new TypeError("a bug");
    };
    const writer = { ...(await liveWriter()), get } as ClusterWriter;
    const book = createLeaseLedger({ writer, namespace: "ops", cluster: "c", key: KEY, identity: "a" });
    await expect(book.read()).rejects.toThrow("a bug");
    await expect(book.read()).rejects.not.toBeInstanceOf(ClusterError);
  });
});

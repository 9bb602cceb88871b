import { describe, expect, it } from "vitest";
import type { Access, AccessSource } from "./access.ts";
import { keepSession } from "./session.ts";

const LIMITS = { connections: 1, connectTimeoutMs: 100 };

function countingSource(access: (count: number) => Partial<Access>) {
  const asked: boolean[] = [];
  const source: AccessSource = {
    cluster: { name: "test", source: "kubeconfig" },
    obtain: async ({ renew }) => {
      asked.push(renew);
      const count = asked.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {
        server: new URL("https://server"),
        tls: { rejectUnauthorized: true },
        headers: {},
        expiresAt: Number.POSITIVE_INFINITY,
        ...access(count),
      };
    },
  };
  return { source, asked };
}

describe("keepSession", () => {
  it("looks at the credentials once, and again when they have expired", async () => {
    const { source, asked } = countingSource((count) => (count === 1 ? { expiresAt: Date.now() } : {}));
    const keeper = keepSession(source, LIMITS);
    await Promise.all([keeper.current(), keeper.current()]);
    expect(asked).toEqual([false]);
    await keeper.current();
    await keeper.current();
    expect(asked).toEqual([false, false]);
    await keeper.close();
  });

  it("renews once for all requests that were refused with the same credentials", async () => {
    const { source, asked } = countingSource(() => ({ headers: { authorization: "the same" } }));
    const keeper = keepSession(source, LIMITS);
    const refused = await keeper.current();
    const renewed = await Promise.all([keeper.renew(refused), keeper.renew(refused)]);
    expect(await keeper.renew(refused)).toBe(renewed[0]);
    expect(asked).toEqual([false, true]);
    await keeper.close();
  });

  it("renews also after a routine look that found the refused credentials again", async () => {
    const { source, asked } = countingSource((count) => (count === 1 ? { expiresAt: Date.now() } : {}));
    const keeper = keepSession(source, LIMITS);
    const refused = await keeper.current();
    const routine = keeper.current();
    await keeper.renew(refused);
    await routine;
    expect(asked).toEqual([false, false, true]);
    await keeper.close();
  });

  it("keeps its connections until TLS or proxy change", async () => {
    const { source } = countingSource((count) => ({
      headers: { authorization: String(count) },
      expiresAt: 0,
      ...(count > 2 && { proxyUrl: "http://proxy" }),
    }));
    const keeper = keepSession(source, LIMITS);
    const [first, second, third] = [await keeper.current(), await keeper.current(), await keeper.current()];
    expect(second.dispatcher).toBe(first.dispatcher);
    expect(third.dispatcher).not.toBe(first.dispatcher);
    await keeper.close();
  });

  it("opens nothing after it was closed", async () => {
    const { source } = countingSource(() => ({}));
    const keeper = keepSession(source, LIMITS);
    const opening = keeper.current();
    await keeper.close();
    await expect(opening).rejects.toMatchObject({ code: "cancelled" });
    await expect(keeper.current()).rejects.toMatchObject({ code: "cancelled" });
  });
});

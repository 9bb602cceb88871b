import { SpanStatusCode } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTelemetry } from "./testing/sdk.ts";
import { withSpan } from "./with-span.ts";

describe("withSpan", () => {
  let sdk: ReturnType<typeof startTelemetry>;
  beforeEach(() => {
    sdk = startTelemetry();
  });
  afterEach(() => sdk.close());

  it("returns what the work returns and nests", async () => {
    const answer = await withSpan("outer", {}, () => withSpan("inner", { "k8s.namespace": "a" }, () => 42));
    const [inner, outer] = sdk.spans();
    expect(answer).toBe(42);
    expect(inner).toMatchObject({ name: "inner", attributes: { "k8s.namespace": "a" } });
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it.each([
    [Object.assign(new Error("pod says hi"), { code: "not_found" }), "not_found"],
    [new TypeError("pod says hi"), "TypeError"],
    [Object.assign(new TypeError("pod says hi"), { code: "pod says hi" }), "TypeError"],
    [Object.assign(new Error("x"), { name: "pod says hi" }), "_OTHER"],
    ["pod says hi", "_OTHER"],
  ])("lets the error %s through and records %s, without its text", async (error, type) => {
    await expect(withSpan("k8s.get_pod", {}, () => Promise.reject(error))).rejects.toBe(error);
    const [span] = sdk.spans();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toEqual({ "error.type": type });
    expect(span?.events).toEqual([]);
  });
});

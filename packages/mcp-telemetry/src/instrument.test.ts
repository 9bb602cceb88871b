import type { BoundTool, CallContext, ToolResult } from "@k8s-ops/mcp-contract";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instrument } from "./instrument.ts";
import { startTelemetry } from "./testing/sdk.ts";
import { withSpan } from "./with-span.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const done: ToolResult = { ok: true, structured: { secret: "s3cret-value" }, text: "s3cret-value" };
const failure = (code: string) => ({
  ok: false as const,
  error: { code, message: "pod text s3cret-value", retryable: false },
});

function toolThat(call: BoundTool["call"], name = "diagnose_pod"): BoundTool {
  return {
    definition: {
      name,
      title: "t",
      description: "d",
      inputSchema: {},
      outputSchema: {},
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
      access: { verb: "read", resource: "pods" },
    },
    call,
  };
}

const callContext = (more: Partial<CallContext> = {}): CallContext => ({
  principal: { name: "bob" },
  signal: new AbortController().signal,
  ...more,
});

describe("instrument", () => {
  let sdk: ReturnType<typeof startTelemetry>;
  beforeEach(() => {
    sdk = startTelemetry();
  });
  afterEach(() => sdk.close());

  const callOnce = (result: ToolResult, more: Partial<CallContext> = {}) =>
    instrument(
      toolThat(async () => result),
      { transport: "tcp" },
    ).call({ namespace: "s3cret-value" }, callContext(more));

  it("records one server span with the attributes of the conventions", async () => {
    expect(await callOnce(done)).toBe(done);
    const [span, ...others] = sdk.spans();
    expect(others).toEqual([]);
    expect(span).toMatchObject({ name: "tools/call diagnose_pod", kind: SpanKind.SERVER });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes).toEqual({
      "mcp.method.name": "tools/call",
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "diagnose_pod",
      "network.transport": "tcp",
      "tool.name": "diagnose_pod",
    });
  });

  it("continues the caller's trace", async () => {
    await callOnce(done, { traceparent, tracestate: "vendor=1" });
    const [span] = sdk.spans();
    expect(span?.spanContext().traceId).toBe(traceId);
    expect(span?.parentSpanContext).toMatchObject({ spanId: "b7ad6b7169203331", isRemote: true });
    expect(span?.parentSpanContext?.traceState?.get("vendor")).toBe("1");
  });

  it.each(["", "nonsense", `00-${"0".repeat(32)}-b7ad6b7169203331-01`, "x".repeat(100_000)])(
    "starts a trace of its own when the caller's trace context is unusable (%#)",
    async (broken) => {
      await callOnce(done, { traceparent: broken });
      expect(sdk.spans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  it("is a child of the span around it, or linked to it when the caller brings a trace", async () => {
    const around = trace.getTracer("http").startSpan("POST /mcp");
    await context.with(trace.setSpan(context.active(), around), async () => {
      await callOnce(done);
      await callOnce(done, { traceparent });
      await callOnce(done, { traceparent: "nonsense" });
    });
    const [inside, linked, unusable] = sdk.spans();
    expect(unusable?.parentSpanContext?.spanId).toBe(around.spanContext().spanId);
    expect(unusable?.links).toEqual([]);
    expect(inside?.parentSpanContext?.spanId).toBe(around.spanContext().spanId);
    expect(inside?.links).toEqual([]);
    expect(linked?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(linked?.links.map((link) => link.context.spanId)).toEqual([around.spanContext().spanId]);
  });

  it("is the parent of spans that the tool opens, also in parallel calls", async () => {
    const tool = (name: string) =>
      instrument(
        toolThat(async () => {
          await withSpan("k8s.get_pod", { "k8s.namespace": name }, () => Promise.resolve());
          return done;
        }, name),
      );
    await Promise.all(["one", "two"].map((name) => tool(name).call({}, callContext())));
    const spans = sdk.spans();
    for (const name of ["one", "two"]) {
      const parent = spans.find((span) => span.name === `tools/call ${name}`);
      const child = spans.find((span) => span.attributes["k8s.namespace"] === name);
      expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
    }
  });

  it("marks a failed call with tool_error and its code", async () => {
    await callOnce(failure("not_found"));
    const [span] = sdk.spans();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toMatchObject({ "error.type": "tool_error", "tool.error.code": "not_found" });
  });

  it("counts a question to a person as a call that went well", async () => {
    const question = { key: "sure", message: "Sure?", schema: {}, state: "" };
    await callOnce({ ...failure("input_required"), question });
    expect(sdk.spans()[0]?.status.code).toBe(SpanStatusCode.UNSET);
    expect(await sdk.points("mcp.server.requests")).toMatchObject([{ value: 1 }]);
    expect(await sdk.points("mcp.server.errors")).toEqual([]);
  });

  it("takes nothing from arguments, results, messages or odd codes into spans and metrics", async () => {
    await callOnce(done);
    await callOnce(failure("not_found"));
    await callOnce(failure("Pod s3cret-value\n"));
    const names = ["operation.duration", "requests", "errors", "denials", "requests.in_flight"];
    const points = await Promise.all(names.map((name) => sdk.points(`mcp.server.${name}`)));
    const recorded = sdk
      .spans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(JSON.stringify({ recorded, points })).not.toContain("s3cret");
    expect(recorded).toHaveLength(3);
  });

  it("counts requests, errors and denials by tool", async () => {
    for (const result of [done, done, failure("timeout"), failure("permission_denied")])
      await callOnce(result);
    const tool = { "gen_ai.tool.name": "diagnose_pod" };
    expect(await sdk.points("mcp.server.requests")).toEqual([{ attributes: tool, value: 4 }]);
    expect(await sdk.points("mcp.server.errors")).toEqual([
      { attributes: { ...tool, "error.type": "timeout" }, value: 1 },
    ]);
    expect(await sdk.points("mcp.server.denials")).toEqual([{ attributes: tool, value: 1 }]);
    expect(await sdk.points("mcp.server.requests.in_flight")).toEqual([{ attributes: tool, value: 0 }]);
  });

  it("measures the duration in seconds, in the buckets of the conventions", async () => {
    const slow = instrument(
      toolThat(async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return done;
      }),
      { transport: "pipe" },
    );
    await slow.call({}, callContext());
    const [point] = await sdk.points("mcp.server.operation.duration");
    expect(point?.attributes).toEqual({
      "mcp.method.name": "tools/call",
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "diagnose_pod",
      "network.transport": "pipe",
    });
    expect(point?.value).toMatchObject({
      count: 1,
      buckets: { boundaries: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] },
    });
    const sum = (point?.value as { readonly sum?: number } | undefined)?.sum;
    expect(sum).toBeGreaterThan(0.025);
    expect(sum).toBeLessThan(10);
  });

  it("counts a call as in flight while it runs, and ends its span when the call is cancelled", async () => {
    const controller = new AbortController();
    const tool = instrument(
      toolThat(
        (_, { signal }) =>
          new Promise((resolve) =>
            signal.addEventListener("abort", () => resolve(failure("cancelled")), { once: true }),
          ),
      ),
    );
    const running = tool.call({}, callContext({ signal: controller.signal }));
    expect((await sdk.points("mcp.server.requests.in_flight"))[0]?.value).toBe(1);
    expect(sdk.spans()).toHaveLength(0);
    controller.abort();
    await running;
    expect((await sdk.points("mcp.server.requests.in_flight"))[0]?.value).toBe(0);
    expect(sdk.spans()[0]?.attributes["tool.error.code"]).toBe("cancelled");
  });

  it("ends the span of a tool that breaks its promise and throws, and lets the error through", async () => {
    const broken = instrument(toolThat(() => Promise.reject(new Error("s3cret-value"))));
    await expect(broken.call({}, callContext())).rejects.toThrow("s3cret-value");
    const [span] = sdk.spans();
    expect(span?.attributes["error.type"]).toBe("tool_error");
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain("s3cret");
    expect((await sdk.points("mcp.server.requests.in_flight"))[0]?.value).toBe(0);
  });

  it("hands through what is listed and to whom", () => {
    const tool = toolThat(async () => done);
    expect(instrument(tool).definition).toBe(tool.definition);
    const shy = instrument({ ...tool, visibleTo: ({ name }) => name === "bob" });
    expect([shy.visibleTo?.({ name: "bob" }), shy.visibleTo?.({ name: "eve" })]).toEqual([true, false]);
    expect(instrument(tool).visibleTo?.({ name: "eve" })).toBe(true);
  });
});

describe("instrument before and without an SDK", () => {
  it("does nothing but call the tool", async () => {
    const tool = instrument(toolThat(async () => done));
    expect(await tool.call({}, callContext({ traceparent }))).toBe(done);
  });

  it("records into an SDK that is registered after the first call", async () => {
    const tool = instrument(toolThat(async () => done));
    await tool.call({}, callContext());
    const sdk = startTelemetry();
    try {
      await tool.call({}, callContext());
      expect(sdk.spans()).toHaveLength(1);
      expect((await sdk.points("mcp.server.requests"))[0]?.value).toBe(1);
    } finally {
      await sdk.close();
    }
  });
});

import { type Attributes, SpanStatusCode, trace } from "@opentelemetry/api";
import { SCOPE } from "./instruments.ts";

/**
 * Runs work inside a child span of the current one, such as `k8s.get_pod` with `k8s.namespace`. An error passes through;
 * the span records its code or class, never its message, which may hold text from a cluster.
 */
export async function withSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => T | Promise<T>,
): Promise<T> {
  return trace.getTracer(SCOPE).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute("error.type", errorType(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

function errorType(error: unknown): string {
  if (!(error instanceof Error)) return "_OTHER";
  const named = [...("code" in error ? [error.code] : []), error.name];
  const fit = named.find((value) => typeof value === "string" && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(value));
  return typeof fit === "string" ? fit : "_OTHER";
}

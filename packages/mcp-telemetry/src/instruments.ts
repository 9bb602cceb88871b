import {
  type Counter,
  type Histogram,
  type MeterProvider,
  metrics,
  type UpDownCounter,
} from "@opentelemetry/api";

/** The name under which spans and metrics are recorded. */
export const SCOPE = "@k8s-ops/mcp-telemetry";

export interface Instruments {
  readonly duration: Histogram;
  readonly requests: Counter;
  readonly errors: Counter;
  readonly denials: Counter;
  readonly inFlight: UpDownCounter;
}

/** Seconds. From the MCP semantic conventions of OpenTelemetry, as are the duration's name and unit. */
const DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

const known = new WeakMap<MeterProvider, Instruments>();

/** The instruments of the meter provider that is registered now: unlike tracers, meters do not follow a later one. */
export function currentInstruments(): Instruments {
  const provider = metrics.getMeterProvider();
  const existing = known.get(provider);
  if (existing) return existing;
  const meter = provider.getMeter(SCOPE);
  const created: Instruments = {
    duration: meter.createHistogram("mcp.server.operation.duration", {
      description: "How long MCP requests took",
      unit: "s",
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    }),
    requests: meter.createCounter("mcp.server.requests", {
      description: "Tool calls that ended",
      unit: "{request}",
    }),
    errors: meter.createCounter("mcp.server.errors", {
      description: "Tool calls that failed, refused ones aside",
      unit: "{request}",
    }),
    denials: meter.createCounter("mcp.server.denials", {
      description: "Tool calls that the policy refused",
      unit: "{request}",
    }),
    inFlight: meter.createUpDownCounter("mcp.server.requests.in_flight", {
      description: "Tool calls that are running",
      unit: "{request}",
    }),
  };
  known.set(provider, created);
  return created;
}

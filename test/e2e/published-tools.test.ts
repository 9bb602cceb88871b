import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, openServer, SHOP, type StdioServer, temporaryDirectory } from "./stdio-server.ts";

const MOST_BYTES = 16_384;
/** All tools together. */
const MOST_LISTED = 24_576;

interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: Readonly<Record<string, unknown>>;
}

type JsonSchema = Readonly<Record<string, unknown>>;

interface Diagnosis {
  readonly state: string;
  readonly causes: readonly {
    readonly code: string;
    readonly title: string;
    readonly object: { readonly kind: string; readonly name: string };
    readonly confidence: string;
    readonly evidence: readonly Evidence[];
    readonly explains: readonly { readonly code: string }[];
    readonly remedies: readonly { readonly step: string }[];
  }[];
  readonly other_causes?: readonly {
    readonly code: string;
    readonly object: { readonly kind: string; readonly name: string };
  }[];
  readonly issues: readonly { readonly code: string; readonly message: string }[];
  readonly not_checked: readonly { readonly resource: string; readonly reason: string }[];
  readonly cluster: string;
  readonly as_of: string;
}

interface Evidence {
  readonly field?: string;
  readonly value?: unknown;
  readonly event?: { readonly reason: string; readonly message: string };
  readonly log?: { readonly line: string };
}

/** One call of each tool that finds something. */
const CALLS: Readonly<Record<string, object>> = {
  diagnose_pod: { namespace: "shop", pod_name: "worker-0", deep_analysis: true },
  diagnose_deployment: { namespace: "shop", deployment_name: "web" },
  diagnose_service: { namespace: "shop", service_name: "web" },
  diagnose_ingress: { namespace: "shop", name: "front" },
  diagnose_workload: { namespace: "shop", kind: "StatefulSet", name: "worker" },
  diagnose_storage: { namespace: "shop", name: "media" },
  diagnose_node: { node_name: "node-a" },
  diagnose_namespace: { namespace: "shop" },
  diagnose_cluster: {},
};

const NAMES = Object.keys(CALLS);

/** One call of each tool that writes. */
const WRITES: Readonly<Record<string, object>> = {
  remediate_pod_restart: { namespace: "shop", pod_name: "worker-0" },
  remediate_scale_deployment: { namespace: "shop", deployment_name: "web", replicas: 2 },
  remediate_rollback_deployment: { namespace: "shop", deployment_name: "web", revision: 0 },
  remediate_rollout_restart: { namespace: "shop", kind: "Deployment", name: "web" },
  remediate_rollout_pause: { namespace: "shop", name: "web" },
  remediate_rollout_resume: { namespace: "shop", kind: "Deployment", name: "web" },
  remediate_set_image: { namespace: "shop", kind: "Deployment", name: "web", container: "app", image: "a:1" },
  remediate_set_resources: {
    namespace: "shop",
    kind: "StatefulSet",
    name: "db",
    container: "app",
    limits: { memory: "1Gi" },
  },
  remediate_cordon_node: { node_name: "node-a" },
  remediate_uncordon_node: { node_name: "node-a" },
  remediate_drain_node: { node_name: "node-a", override: ["emptydir_data"] },
  remediate_job_rerun: { namespace: "shop", job_name: "report" },
  remediate_cronjob_suspend: { namespace: "shop", cronjob_name: "report", suspend: true },
  remediate_undo: { action_id: "action-0123456789abcdef" },
};

/** What text must state of a diagnosis, in the form that a reader would search for. */
function factsOf({
  state,
  causes,
  other_causes = [],
  issues,
  not_checked,
  cluster,
  as_of,
}: Diagnosis): readonly string[] {
  const quoted = (value: unknown): string => JSON.stringify(value);
  const evidence = causes.flatMap((cause) => cause.evidence);
  return [
    state,
    cluster,
    as_of,
    ...causes.flatMap(({ code, title, object, confidence }) => [
      code,
      title,
      object.kind,
      object.name,
      confidence,
    ]),
    ...other_causes.flatMap(({ code, object }) => [code, object.kind, object.name]),
    ...causes.flatMap(({ explains, remedies }) => [
      ...explains.map(({ code }) => code),
      ...remedies.map(({ step }) => step),
    ]),
    ...evidence.flatMap(({ field, value, event, log }) => [
      ...(field === undefined ? [] : [field, value === "absent" ? "is absent" : quoted(value)]),
      ...(event ? [event.reason, quoted(event.message)] : []),
      ...(log ? [quoted(log.line)] : []),
    ]),
    ...issues.flatMap(({ code, message }) => [code, quoted(message)]),
    ...not_checked.flatMap(({ resource, reason }) => [resource, reason]),
  ];
}

describe("the tools as a client sees them", () => {
  let server: StdioServer;
  let tools: readonly ListedTool[];
  const find = (name: string): ListedTool => {
    const tool = tools.find((listed) => listed.name === name);
    if (!tool) throw new Error(`${name} is not listed`);
    return tool;
  };
  beforeAll(async () => {
    const state = await temporaryDirectory(afterAll);
    server = await openServer(["--snapshot", SHOP, "--state-dir", state], { after: afterAll });
    const { result } = await server.request("tools/list");
    tools = (result as { tools: readonly ListedTool[] }).tools;
  });

  it("are listed in 24 KB, in the same order each time", async () => {
    expect(tools.map(({ name }) => name)).toEqual([...NAMES, ...Object.keys(WRITES)]);
    const again = await server.request("tools/list");
    expect(again.result).toEqual({ tools });
    const line = server.lines.find((text) => text.includes('"tools":['));
    expect(Buffer.byteLength(line ?? "")).toBeLessThanOrEqual(MOST_LISTED);
  });

  it.each(NAMES)("%s says what it is for, briefly, and hints at all four behaviours", (name) => {
    const { title, description, annotations } = find(name);
    expect(name).toMatch(/^[a-z][a-z_]{2,39}$/);
    expect(title.length).toBeGreaterThan(5);
    expect(description.length).toBeGreaterThan(80);
    expect(description.length).toBeLessThan(600);
    expect(annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
  });

  it.each(NAMES)(
    "%s publishes an input schema that is closed and an output schema, both JSON Schema 2020-12",
    (name) => {
      const { inputSchema, outputSchema } = find(name);
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      expect(ajv.validateSchema(inputSchema) && ajv.validateSchema(outputSchema)).toBe(true);
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(outputSchema).toMatchObject({
        type: "object",
        required: expect.arrayContaining(["state", "causes"]),
      });
      expect(ajv.validate(inputSchema, CALLS[name])).toBe(true);
      expect(ajv.validate(inputSchema, { ...CALLS[name], verbose: true })).toBe(false);
    },
  );

  describe.each(NAMES)("a result of %s", (name) => {
    let answer: Answer;
    beforeAll(async () => {
      answer = await server.call(name, CALLS[name] ?? {});
    });

    it("is valid by its output schema", () => {
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
        find(name).outputSchema,
      );
      validate(answer.structured);
      expect(validate.errors ?? []).toEqual([]);
    });

    it("is at most 16 KB on the wire", () => {
      const line = server.lines.findLast((text) => text.includes('"structuredContent"')) ?? "";
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MOST_BYTES + 512);
    });

    it("states every fact of its structured content as text", () => {
      const diagnosis = answer.structured as unknown as Diagnosis;
      expect([...diagnosis.causes, ...(diagnosis.other_causes ?? [])]).not.toEqual([]);
      expect(factsOf(diagnosis).filter((fact) => !answer.text.includes(fact))).toEqual([]);
    });

    it("holds no control characters of the cluster's text and no password of its logs", () => {
      const all = JSON.stringify(answer.structured) + answer.text;
      expect(all).not.toContain("\u001b");
      expect(all).not.toContain("\\u001b");
      expect(all).not.toContain("hunter2");
    });
  });

  describe.each(Object.entries(WRITES))("%s", (name, args) => {
    it("hints that it writes, and publishes schemas that its call fits", () => {
      const { annotations, inputSchema, outputSchema } = find(name);
      expect(annotations).toEqual({
        readOnlyHint: false,
        destructiveHint: expect.any(Boolean),
        idempotentHint: expect.any(Boolean),
        openWorldHint: true,
      });
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      expect(ajv.validateSchema(inputSchema) && ajv.validateSchema(outputSchema)).toBe(true);
      expect(ajv.validate(inputSchema, { ...args, confirm: true, plan_id: "plan-x", reason: "r" })).toBe(
        true,
      );
      expect(ajv.validate(inputSchema, { ...args, force: true })).toBe(false);
    });

    it("is refused on a recording, which cannot be changed", async () => {
      const { error } = await server.call(name, { ...args, confirm: true });
      expect(error).toMatchObject({ code: "read_only", retryable: false });
    });
  });

  it("stay within --max-bytes, errors included", async () => {
    const small = await openServer(["--snapshot", SHOP, "--max-bytes", "4096"]);
    const { structured, text } = await small.call("diagnose_cluster", {});
    expect(structured).toMatchObject({ truncated: expect.any(String) });
    expect(text).toContain(String(structured?.truncated));
    await small.call("diagnose_pod", { namespace: "shop", pod_name: "x".repeat(3_000_000) });
    expect(small.lines.slice(1).filter((line) => Buffer.byteLength(line) > 4_096 + 512)).toEqual([]);
  });
});

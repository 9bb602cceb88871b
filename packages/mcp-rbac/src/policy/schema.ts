import { z } from "zod";
import { isGlob, isNamespace, NAMESPACE_GLOB, TOOL_GLOB } from "../names.ts";

/**
 * How writes are approved, see the specification, section 4: a person is asked, `confirm: true` is enough, or nothing
 * is written.
 */
export type ApprovalMode = "ask" | "confirm" | "never";

/** At most `actions` writes within any `windowSeconds`. */
export interface ActionBudget {
  readonly actions: number;
  readonly windowSeconds: number;
}

export interface Role {
  /** Globs over tool names. */
  readonly permissions: readonly string[];
  /** Globs over tool names. Beats every permission of the caller, those of other roles included. */
  readonly deny: readonly string[];
  /** Names and globs. Absent: all namespaces and cluster-wide calls. Empty: none. */
  readonly namespaces?: readonly string[];
  /** Names of kubeconfig contexts. Absent: all. Empty: none. */
  readonly contexts?: readonly string[];
  readonly approval?: ApprovalMode;
  /** Counted for each caller. */
  readonly budget?: ActionBudget;
  /** Codes of refusals that a call may ask to override. Absent: none. */
  readonly overrides?: readonly string[];
}

/** A checked policy. Data only; Maps, because names from outside such as `constructor` must find nothing. */
export interface Policy {
  /** The file it was read from, or `built-in`. */
  readonly source: string;
  readonly roles: ReadonlyMap<string, Role>;
  /** User to role. A user's own entry decides alone; undefined when the entry names no role. */
  readonly users: ReadonlyMap<string, string | undefined>;
  /** Group to role, for users without an entry of their own. */
  readonly groups: ReadonlyMap<string, string | undefined>;
  readonly approval?: ApprovalMode;
  /** Counted for all callers together. */
  readonly budget?: ActionBudget;
  /** How long an object is left alone after a write. 0: not at all. Absent: 30. */
  readonly coolDownSeconds?: number;
  /** Names and globs. Absent: the defaults of the specification, section 4. */
  readonly protectedNamespaces?: readonly string[];
}

const UNIT_SECONDS = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400],
]);

/** Words for a wrong value; a missing one is called missing. */
const expected = (message: string) => ({
  error: ({ input }: { readonly input?: unknown }) => (input === undefined ? "is missing" : message),
});

const text = (max: number) =>
  z.string(expected("must be text; put it in quotes")).min(1, "is empty").max(max, "is too long");

const name = text(256).regex(/^\P{C}+$/u, "must not contain control or invisible characters");

const toolGlob = text(128).regex(
  TOOL_GLOB,
  "is not a glob over tool names: a-z, 0-9, _ and *, ?, [abc], [!abc] (to refuse tools, use deny)",
);

const namespaceGlob = text(128)
  .refine((entry) => isGlob(entry) || isNamespace(entry), "is not a namespace: 1 to 63 of a-z, 0-9 and -")
  .regex(NAMESPACE_GLOB, "is not a namespace or a glob over namespaces: a-z, 0-9, - and *, ?, [abc], [!abc]");

/** YAML mappings arrive as Maps. Records of fixed keys become objects, names from the author stay in Maps. */
const record = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    (value) => (value instanceof Map ? Object.fromEntries(value) : value),
    z.strictObject(shape, {
      error: ({ code, input }) =>
        code === "invalid_type" ? expected("must be a mapping of keys").error({ input }) : undefined,
    }),
  );

const named = <Value extends z.ZodType>(value: Value) =>
  z.map(name, value, expected("must be a mapping of names"));

const list = <Item extends z.ZodType>(item: Item) => z.array(item, expected("must be a list"));

const approval = z.enum(["ask", "confirm", "never"], expected("must be ask, confirm or never"));

const wholeNumber = z
  .int(expected("must be a whole number above 0"))
  .positive("must be a whole number above 0");

/** In seconds. */
const duration = (pattern: RegExp, examples: string) =>
  text(16)
    .regex(pattern, `must be a duration such as ${examples}`)
    .transform((given) => Number(given.slice(0, -1)) * (UNIT_SECONDS.get(given.slice(-1)) ?? 1));

const DAY_SECONDS = 86_400;

/** More than this, or for longer than a day, a server cannot keep in the record of actions that it counts by. */
const MOST_ACTIONS = 1_000;

const atMostADay = (seconds: number) => seconds <= DAY_SECONDS;
const aDay = "must be 1d at most, because actions are remembered no longer";

const window = duration(/^[1-9][0-9]{0,5}[smhd]$/, "30s, 15m, 1h or 1d").refine(atMostADay, aDay);

const coolDown = duration(/^(?:0|[1-9][0-9]{0,5})[smhd]$/, "30s, 5m or 0s").refine(atMostADay, aDay);

const budget = record({
  actions: wholeNumber.max(MOST_ACTIONS, `must be ${MOST_ACTIONS} at most, because no more are remembered`),
  window,
});

const code = text(64).regex(
  /^[a-z][a-z0-9_]{0,63}$/,
  "is not the code of a refusal: 1 to 64 of a-z, 0-9 and _, a letter first",
);

const role = record({
  permissions: list(toolGlob).default([]),
  deny: list(toolGlob).default([]),
  namespace_restrictions: list(namespaceGlob).optional(),
  contexts: list(name).optional(),
  approval: approval.optional(),
  budget: budget.optional(),
  overrides: list(code).optional(),
});

const member = record({ role: name.optional() });

/** The policy file after YAML, every mapping a Map. Specification, section 6. */
export const policyFile = record({
  roles: named(role),
  users: named(member).default(new Map()),
  groups: named(member).default(new Map()),
  approval: approval.optional(),
  budget: budget.optional(),
  cool_down: coolDown.optional(),
  protected_namespaces: list(namespaceGlob).optional(),
});

export type PolicyFile = z.output<typeof policyFile>;

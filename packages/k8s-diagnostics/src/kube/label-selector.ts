import { isLabelValue, isQualifiedName } from "./grammar.ts";

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

/** All of its requirements must be met. */
export type LabelSelector = readonly Requirement[];

type Labels = Readonly<Record<string, string>>;

const MAX_LENGTH = 1_000;
const TOKEN = /[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)/gy;
const SYMBOLS: ReadonlySet<string> = new Set(["==", "!=", "=", "!", "(", ")", ",", "<", ">"]);
const OPERATORS: Readonly<Record<string, Requirement["operator"]>> = {
  "=": "In",
  "==": "In",
  "!=": "NotIn",
  in: "In",
  notin: "NotIn",
  ">": "Gt",
  "<": "Lt",
};
const MAX_INTEGER = 2n ** 63n - 1n;

/**
 * A label selector as kubectl takes it: `app=web,tier in (front,back),!canary,generation>3`. Undefined when it is none,
 * is longer than 1,000 characters, or is empty: that would select everything.
 * Source: k8s.io/apimachinery pkg/labels selector.go Parse
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parts = splitOutsideBrackets(tokensOf(text));
  const requirements = parts.flatMap((tokens) => requirementOf(tokens) ?? []);
  return requirements.length === parts.length ? requirements : undefined;
}

/**
 * Whether the labels meet every requirement. What is compared by number is met by integers only.
 * Source: k8s.io/apimachinery pkg/labels selector.go Requirement.Matches
 */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels = {}): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === "DoesNotExist") return value === undefined;
    if (operator === "NotIn") return value === undefined || !values.includes(value);
    if (value === undefined) return false;
    if (operator === "Exists") return true;
    if (operator === "In") return values.includes(value);
    const own = integerOf(value);
    const bound = integerOf(values[0] ?? "");
    if (own === undefined || bound === undefined) return false;
    return operator === "Gt" ? own > bound : own < bound;
  });
}

function tokensOf(text: string): readonly string[] {
  return [...text.matchAll(TOKEN)].flatMap(([, token]) => token ?? []);
}

function splitOutsideBrackets(tokens: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === "(") depth++;
    if (token === ")") depth--;
    if (token === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function requirementOf(tokens: readonly string[]): Requirement | undefined {
  const [first = "", second, ...rest] = tokens;
  if (first === "!") {
    return second !== undefined && rest.length === 0 ? valid(second, "DoesNotExist", []) : undefined;
  }
  if (second === undefined) return valid(first, "Exists", []);
  const operator = Object.hasOwn(OPERATORS, second) ? OPERATORS[second] : undefined;
  if (operator === undefined) return undefined;
  const values = second === "in" || second === "notin" ? setOf(rest) : exactly(rest);
  return values && valid(first, operator, values);
}

/** Between the commas of a set a value may be missing: that is the empty one. A set without anything is none. */
function setOf(tokens: readonly string[]): readonly string[] | undefined {
  if (tokens.length < 3 || tokens[0] !== "(" || tokens.at(-1) !== ")") return undefined;
  const values: string[] = [""];
  for (const token of tokens.slice(1, -1)) {
    if (token === ",") values.push("");
    else if (SYMBOLS.has(token) || values.at(-1) !== "") return undefined;
    else values[values.length - 1] = token;
  }
  return [...new Set(values)];
}

function exactly(tokens: readonly string[]): readonly string[] | undefined {
  return tokens.length <= 1 ? [tokens[0] ?? ""] : undefined;
}

function valid(
  key: string,
  operator: Requirement["operator"],
  values: readonly string[],
): Requirement | undefined {
  const isCompared = operator === "Gt" || operator === "Lt";
  const areGood = values.every(
    (value) => isLabelValue(value) && (!isCompared || integerOf(value) !== undefined),
  );
  return isQualifiedName(key) && areGood ? { key, operator, values } : undefined;
}

/** Labels cannot begin with a sign. */
function integerOf(text: string): bigint | undefined {
  if (!/^\d{1,63}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value <= MAX_INTEGER ? value : undefined;
}

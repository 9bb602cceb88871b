import { isLabelValue, isQualifiedName } from "./grammar.ts";

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: string[];
}

/** A label selector in the shape of the API. */
export interface LabelSelector {
  readonly matchExpressions: Requirement[];
}

const MAX_LENGTH = 1_000;
const SET = /^(\S{1,317})\s+(in|notin)\s+\(([^()]*)\)$/;
const EQUALITY = /^([^\s=!]{1,317})\s*(==|=|!=)\s*(\S{0,63})$/;

/**
 * A label selector as kubectl takes it: `app=web,tier in (front,back),!canary`. Undefined when it is none.
 * Source: k8s.io/apimachinery pkg/labels selector.go Parse
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const requirements = splitOutsideBrackets(text).map((part) => requirementOf(part.trim()));
  const valid = requirements.filter((requirement) => requirement !== undefined);
  return valid.length === requirements.length ? { matchExpressions: valid } : undefined;
}

function splitOutsideBrackets(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}

function requirementOf(text: string): Requirement | undefined {
  const set = SET.exec(text);
  if (set) {
    const [, key = "", word, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return list.trim() === "" ? undefined : valid({ key, operator: word === "in" ? "In" : "NotIn", values });
  }
  const equality = EQUALITY.exec(text);
  if (equality) {
    const [, key = "", sign, value = ""] = equality;
    return valid({ key, operator: sign === "!=" ? "NotIn" : "In", values: [value] });
  }
  if (text.startsWith("!")) return valid({ key: text.slice(1).trim(), operator: "DoesNotExist" });
  return valid({ key: text, operator: "Exists" });
}

function valid(requirement: Requirement): Requirement | undefined {
  const { key, values = [] } = requirement;
  return isQualifiedName(key) && values.every(isLabelValue) ? requirement : undefined;
}

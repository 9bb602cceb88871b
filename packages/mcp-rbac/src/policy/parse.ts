import { CORE_SCHEMA, load, realMapTag, YAMLException } from "js-yaml";
import type { z } from "zod";
import { PolicyError, type PolicyProblem } from "./errors.ts";
import { linesOf } from "./positions.ts";
import { type Policy, type PolicyFile, policyFile, type Role } from "./schema.ts";

const SCHEMA = CORE_SCHEMA.withTags(realMapTag);
const MOST_CHARACTERS = 1_048_576;
const MOST_PROBLEMS = 20;

/**
 * Reads a policy from YAML (or JSON, which is YAML). Specification, section 6. Unknown keys and duplicate keys are
 * errors; a user whose role does not exist is not, but is denied and named by {@link policyWarnings}.
 *
 * @param source names the policy in messages, normally the file
 * @throws PolicyError `policy_syntax` or `policy_invalid`
 */
export function parsePolicy(text: string, source: string): Policy {
  if (text.length > MOST_CHARACTERS) {
    const message = `is larger than ${MOST_CHARACTERS} characters; is this the policy file?`;
    throw new PolicyError("policy_invalid", source, [{ path: "", message }]);
  }
  const document = readYaml(text, source);
  const parsed = policyFile.safeParse(document);
  if (!parsed.success) {
    const lines = linesOf(text);
    const problems = parsed.error.issues.slice(0, MOST_PROBLEMS).map((issue) => problemOf(issue, lines));
    throw new PolicyError("policy_invalid", source, problems);
  }
  return policyOf(parsed.data, source);
}

function readYaml(text: string, source: string): unknown {
  try {
    return load(text, { schema: SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const problem = {
      path: "",
      message: `${error.reason}. Correct the YAML and check it again.`,
      ...(error.mark && { line: error.mark.line + 1 }),
    };
    throw new PolicyError("policy_syntax", source, [problem]);
  }
}

function problemOf(issue: z.core.$ZodIssue, lines: ReadonlyMap<string, number>): PolicyProblem {
  const [unknownKey] = issue.code === "unrecognized_keys" ? issue.keys : [];
  const path = issue.path.map(String);
  const place = unknownKey === undefined ? path : [...path, unknownKey];
  const line = nearestLine(place, lines);
  return {
    path: place.join("."),
    message: messageOf(issue),
    ...(line !== undefined && { line }),
  };
}

function nearestLine(path: readonly string[], lines: ReadonlyMap<string, number>): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return "is not a key of a policy here; correct or remove it.";
  return `${issue.message}.`;
}

function policyOf(file: PolicyFile, source: string): Policy {
  return {
    source,
    roles: new Map([...file.roles].map(([name, role]) => [name, roleOf(role)])),
    users: new Map([...file.users].map(([name, { role }]) => [name, role])),
    groups: new Map([...file.groups].map(([name, { role }]) => [name, role])),
    ...(file.approval && { approval: file.approval }),
    ...(file.budget && { budget: budgetOf(file.budget) }),
    ...(file.cool_down !== undefined && { coolDownSeconds: file.cool_down }),
    ...(file.protected_namespaces && { protectedNamespaces: file.protected_namespaces }),
  };
}

type FileRole = PolicyFile["roles"] extends Map<string, infer Value> ? Value : never;

function roleOf(role: FileRole): Role {
  const { permissions, deny, namespace_restrictions, contexts, approval, budget, overrides } = role;
  return {
    permissions,
    deny,
    ...(namespace_restrictions && { namespaces: namespace_restrictions }),
    ...(contexts && { contexts }),
    ...(approval && { approval }),
    ...(budget && { budget: budgetOf(budget) }),
    ...(overrides && { overrides }),
  };
}

function budgetOf({ actions, window }: { readonly actions: number; readonly window: number }) {
  return { actions, windowSeconds: window };
}

import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { refKey } from "../kube/refs.ts";
import type { Impact, RefSet } from "./dependents.ts";
import { compareFindings, isGraver } from "./rank.ts";
import type { CheckedFinding } from "./run-checks.ts";

/** A finding that nothing explains, and the findings that follow from it. */
export interface Root {
  readonly finding: CheckedFinding;
  readonly explains: readonly CheckedFinding[];
}

interface Node {
  readonly finding: CheckedFinding;
  readonly own: ReadonlySet<string>;
  readonly impact: RefSet;
}

/**
 * Finds which finding explains which, and returns those that nothing explains, best first. Every finding is a root or
 * follows from one.
 */
export function rootsOf(findings: readonly CheckedFinding[], impact: Impact): readonly Root[] {
  const nodes = findings.map((finding): Node => {
    const own = [finding.object, ...(finding.affects ?? [])];
    return { finding, own: new Set(own.map(refKey)), impact: impact(own) };
  });
  const edges = explanations(nodes);
  const explained = new Set([...edges.values()].flatMap((targets) => [...targets]));
  const reached = new Set<Node>();
  const roots: Root[] = [];
  const take = (root: Node): void => {
    const below = reachable(root, edges);
    for (const node of below) reached.add(node);
    below.delete(root);
    roots.push({ finding: root.finding, explains: [...below].map(({ finding }) => finding) });
  };
  const ranked = [...nodes].sort((a, b) => compareFindings(a.finding, b.finding));
  for (const node of ranked) if (!explained.has(node)) take(node);
  // What is left explains each other in a circle: the best of it stands for all.
  for (const node of ranked) if (!reached.has(node)) take(node);
  return roots;
}

function explanations(nodes: readonly Node[]): ReadonlyMap<Node, ReadonlySet<Node>> {
  const byImpact = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const key of node.impact.keys()) {
      const list = byImpact.get(key);
      if (list) list.push(node);
      else byImpact.set(key, [node]);
    }
  }
  const edges = new Map<Node, Set<Node>>(nodes.map((node) => [node, new Set()]));
  for (const node of nodes) {
    for (const key of new Set([...node.own, ...(node.finding.because ?? []).map(refKey)])) {
      for (const other of byImpact.get(key) ?? []) if (explains(other, node)) edges.get(other)?.add(node);
    }
  }
  return edges;
}

function explains(a: Node, b: Node): boolean {
  if (a === b) return false;
  return supersedes(a, b) || isReasonSought(a, b) || isSymptomOf(a, b);
}

/** A more specific cause of the same, in the same part of the object where both name one. */
function supersedes(a: Node, b: Node): boolean {
  const { code, object } = b.finding;
  const isOwn = a.finding.supersedesOwn?.includes(code) === true && a.own.has(refKey(object));
  if (!isOwn && !a.finding.supersedes.includes(code)) return false;
  const { subject: x } = a.finding;
  const { subject: y } = b.finding;
  return (x === undefined || y === undefined || x === y) && [...a.own].some((key) => b.own.has(key));
}

function isReasonSought(a: Node, b: Node): boolean {
  const sought: readonly ObjectRef[] = b.finding.because ?? [];
  return sought.some((ref) => a.impact.has(refKey(ref)));
}

/**
 * A symptom follows from a cause that reaches its object, and from a symptom further down or a graver one beside it. A
 * cause of which nothing is said to suffer does not make anything worse than itself.
 */
function isSymptomOf(a: Node, b: Node): boolean {
  if (b.finding.level !== "symptom" || !a.impact.has(refKey(b.finding.object))) return false;
  if (a.finding.level === "cause")
    return (a.finding.affects ?? []).length > 0 || !isGraver(b.finding.severity, a.finding.severity);
  const sameObject = refKey(a.finding.object) === refKey(b.finding.object);
  return sameObject ? a.finding.severity === "high" && b.finding.severity !== "high" : true;
}

function reachable(root: Node, edges: ReadonlyMap<Node, ReadonlySet<Node>>): Set<Node> {
  const seen = new Set<Node>();
  const queue = [root];
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    queue.push(...(edges.get(node) ?? []));
  }
  return seen;
}

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Check, Finding, Remedy } from "../check.ts";
import { callProblems } from "../remedy-calls.ts";
import { fixturesOf, folderOf, objectOfFixture, runOnFixture } from "../testing/fixtures.ts";
import { patchProblems } from "../testing/patch-problems.ts";
import { CHECKS } from "./index.ts";

const isSevere = (severity: string): boolean => severity === "high" || severity === "medium";
const healthy = CHECKS.flatMap((check) =>
  fixturesOf(check)
    .filter((name) => name.startsWith("healthy"))
    .map((name) => ({ owner: check, name })),
);

describe("the table of checks", () => {
  it("has one folder for each check and one check for each folder", () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(CHECKS.map(folderOf).sort()).toEqual(folders.sort());
  });

  it.each(CHECKS)("$id has a snake_case code, a title, a condition, and supersedes known codes", (check) => {
    expect(check.id).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(check.title.length).toBeGreaterThan(5);
    expect(check.when.length).toBeGreaterThan(20);
    const codes = CHECKS.map(({ id }) => id);
    for (const code of check.supersedes ?? []) expect(codes).toContain(code);
  });
});

describe.each(CHECKS)("$id on its fixtures", (check) => {
  const names = fixturesOf(check);

  it("has a fault and a fixture without one", () => {
    expect(names.some((name) => name.startsWith("fault"))).toBe(true);
    expect(names.some((name) => !name.startsWith("fault"))).toBe(true);
  });

  it.each(names.filter((name) => name.startsWith("fault")))("reports %s", (name) => {
    expect(runOnFixture(check, name).length).toBeGreaterThan(0);
  });

  it.each(names.filter((name) => !name.startsWith("fault")))("is silent on %s", (name) => {
    expect(runOnFixture(check, name)).toEqual([]);
  });

  it("raises no alarm on anything healthy, its own or of other checks", () => {
    const alarms = healthy.flatMap(({ owner, name }) =>
      runOnFixture(check, name, owner)
        .filter(({ severity }) => isSevere(severity ?? check.severity))
        .map(({ title }) => `${owner.id}/${name}: ${title}`),
    );
    expect(alarms).toEqual([]);
  });
});

/** The right value stands in no object: it is in an image, on a Node, with a registry or vendor, or somebody's to decide. */
const VALUE_UNKNOWN: ReadonlySet<string> = new Set([
  ...[
    "container_completes",
    "container_create_failed",
    "container_exits_with_error",
    "init_container_failing",
    "init_container_hanging",
    "pre_stop_hook_hangs",
  ],
  ...["port_in_use", "image_pull_failed", "image_registry_unreachable", "environment_variable_shadowed"],
  ...["controller_not_acting", "crd_not_established", "kubernetes_api_missing", "webhook_denied"],
  ...[
    "gateway_class_not_accepted",
    "ingress_controller_missing",
    "load_balancer_failed",
    "readiness_gate_not_met",
  ],
  ...[
    "node_clock_skew",
    "node_network_unavailable",
    "node_not_ready",
    "node_pressure",
    "node_without_pod_cidr",
  ],
  ...["database_permission_denied", "run_as_non_root_violation", "too_many_pods"],
  ...["daemonset_misscheduled", "pod_preempted", "pod_unschedulable", "preemption_forbidden"],
  ...["pvc_lost", "pvc_provisioning_failed", "pvc_storage_class_missing", "volume_node_affinity_conflict"],
  ...[
    "ingress_host_path_conflict",
    "overlapping_selectors",
    "pdb_overlapping",
    "service_without_backing_pods",
  ],
  ...["owner_missing", "pod_status_unknown", "pod_without_controller", "pods_not_isolated"],
  ...["replicas_not_created", "tls_certificate_invalid"],
]);

const KINDS = [
  ...["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Service", "Ingress"],
  ...[
    "Node",
    "Namespace",
    "ConfigMap",
    "Secret",
    "ServiceAccount",
    "EndpointSlice",
    "NetworkPolicy",
    "Lease",
  ],
  ...["PersistentVolume", "PersistentVolumeClaim", "StorageClass", "CSI driver", "APIService", "LimitRange"],
  ...[
    "HorizontalPodAutoscaler",
    "VerticalPodAutoscaler",
    "PodDisruptionBudget",
    "ResourceQuota",
    "IngressClass",
  ],
  ...["Gateway", "GatewayClass", "HTTPRoute", "RoleBinding", "ClusterRoleBinding", "Role", "ClusterRole"],
  ...["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "CustomResourceDefinition"],
].join("|");
const FIELDS = "spec|data|stringData|metadata|status|webhooks|roleRef|subjects";
const NO_NAMES =
  "that|of|in|and|or|to|for|behind|which|is|with|from|again|at|on|by|the|it|when|where|does|do|are|as|has";

/** A field path, an object by kind and name, or a command. */
const SAYS_WHERE = new RegExp(
  `\\b(?:${FIELDS})[.[]\\S|\\b(?:${KINDS}) (?!(?:${NO_NAMES})\\b)[a-z0-9][-a-z0-9.]*|\\bkubectl [a-z]`,
);

describe.each(CHECKS.filter(({ level }) => level === "cause"))("remedies of $id", (check) => {
  const findings = fixturesOf(check)
    .filter((name) => name.startsWith("fault"))
    .flatMap((name) => runOnFixture(check, name).map((finding) => ({ name, finding })));
  const remedies = findings.flatMap(({ name, finding }) =>
    (finding.remedies ?? []).map((remedy) => ({ name, finding, remedy })),
  );

  it("tells what to do about each finding", () => {
    const without = findings.filter(({ finding }) => (finding.remedies ?? []).length === 0);
    expect(without.map(({ name, finding }) => `${name}: ${finding.title}`)).toEqual([]);
  });

  it("has a patch or a call in one case at least, unless no object holds the right value", () => {
    const isReady = remedies.some(({ remedy }) => remedy.patch !== undefined || remedy.call !== undefined);
    expect(isReady).toBe(!VALUE_UNKNOWN.has(check.id));
  });

  it("patches only fields that the object's kind has, and items of lists that only one answers to", () => {
    const problems = remedies.flatMap(({ name, finding, remedy }) =>
      problemsOf(check, name, finding, remedy).map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it("calls known tools with their arguments", () => {
    const problems = remedies.flatMap(({ name, remedy: { call } }) =>
      (call ? callProblems(call) : []).map((problem) => `${name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it("names a field, an object or a command where it gives neither patch nor call", () => {
    const vague = remedies.filter(
      ({ remedy: { step, object, patch, call } }) => !(object || patch || call) && !SAYS_WHERE.test(step),
    );
    expect([...new Set(vague.map(({ remedy }) => remedy.step))]).toEqual([]);
  });
});

function problemsOf(check: Check, fixture: string, { object }: Finding, remedy: Remedy): readonly string[] {
  if (remedy.patch === undefined) return [];
  const ref = remedy.object ?? object;
  return patchProblems(ref.kind, remedy.patch, objectOfFixture(check, fixture, ref));
}

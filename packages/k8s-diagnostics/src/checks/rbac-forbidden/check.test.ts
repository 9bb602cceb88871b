import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { rbacForbidden } from "./check.ts";

const first = (fixture: string) => runOnFixture(rbacForbidden, fixture)[0];

describe(rbacForbidden.id, () => {
  it.each([
    ["fault-controller", { verb: "list", resource: "pods", api_group: "" }, "ClusterRole"],
    ["fault-one-object", { verb: "get", resource: "leases", namespace: "shop" }, "Role in namespace shop"],
    [
      "fault-roles-not-read",
      { verb: "get", resource: "leases", namespace: "shop" },
      "Role in namespace shop",
    ],
  ])("names in %s the account and the rule that it lacks", (fixture, details, role) => {
    const finding = first(fixture);
    expect(finding).toMatchObject({
      object: { kind: "ServiceAccount", namespace: "shop", name: "default" },
      subject: "app",
      affects: [{ kind: "Pod" }],
      details,
    });
    expect(finding?.remedies?.[0]?.step).toContain(role);
    expect(finding?.remedies?.[0]?.patch).toContain(details.resource);
  });

  it("asks for list and watch where an informer was refused", () => {
    expect(first("fault-controller")?.remedies).toMatchObject([
      {
        object: { kind: "ClusterRole", namespace: "", name: "shop-default" },
        patch:
          'rules:\n  - apiGroups:\n      - ""\n    resources:\n      - pods\n    verbs:\n      - list\n      - watch\n',
      },
      { object: { kind: "ClusterRoleBinding", name: "shop-default" } },
    ]);
  });

  it("grants a path", () => {
    expect(first("fault-path")).toMatchObject({
      object: { kind: "ServiceAccount", name: "web" },
      details: { verb: "get", path: "/metrics" },
      remedies: [
        { patch: 'rules:\n  - nonResourceURLs:\n      - "/metrics"\n    verbs:\n      - get\n' },
        {},
      ],
    });
  });

  it.each(["fault-subject-in-other-namespace", "fault-subject-misspelt"])(
    "corrects the subject of the binding in %s",
    (fixture) => {
      expect(first(fixture)).toMatchObject({
        object: { kind: "RoleBinding", namespace: "shop", name: "web" },
        title:
          "RoleBinding web grants to another subject than ServiceAccount web what container app of Deployment web needs",
        related: [{ kind: "ServiceAccount", name: "web" }],
        evidence: [{ log: {} }, { object: { kind: "RoleBinding" }, field: "subjects" }],
        remedies: [{ patch: "subjects:\n  - kind: ServiceAccount\n    name: web\n    namespace: shop\n" }],
      });
    },
  );

  it("names the role that the binding misspells, and creates the binding again", () => {
    const finding = first("fault-role-missing");
    expect(finding).toMatchObject({
      object: { kind: "RoleBinding", name: "web" },
      evidence: [
        { log: {} },
        { field: "roleRef", value: '{"kind":"Role","name":"web-lease"}' },
        { object: { kind: "Role", name: "web-lease" }, value: "absent" },
      ],
    });
    expect(finding?.remedies?.[0]?.step).toContain("Role web-leases");
    expect(finding?.remedies?.[0]?.patch).toContain("name: web-leases");
  });

  it("asks for the role where none comes near", () => {
    expect(first("fault-role-never-made")).toMatchObject({
      object: { kind: "RoleBinding", name: "web" },
      remedies: [{ object: { kind: "Role", namespace: "shop", name: "leader" } }],
    });
  });

  it("adds to the role that the account has all that was refused, and keeps what it has", () => {
    const finding = first("fault-role-lacks-verb");
    expect(finding).toMatchObject({
      object: { kind: "Role", namespace: "shop", name: "web" },
      title: "Role web of ServiceAccount web lacks a permission that container app of Deployment web needs",
    });
    expect(finding?.remedies?.[0]?.patch).toMatch(
      /verbs:\n {6}- get\n {6}- list\n[\s\S]*- create\n {6}- update\n[\s\S]*- watch\n/,
    );
  });

  it("gives the Pods the account that has the permission", () => {
    expect(first("fault-other-account")).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      remedies: [{ patch: "spec:\n  template:\n    spec:\n      serviceAccountName: web\n" }],
    });
  });

  it("widens a binding that holds in one namespace only", () => {
    expect(first("fault-bound-in-one-namespace")).toMatchObject({
      object: { kind: "RoleBinding", namespace: "shop", name: "web-reader" },
      title:
        "RoleBinding web-reader grants in namespace shop only what container app of Deployment web needs in the whole cluster",
      remedies: [{ object: { kind: "ClusterRoleBinding", name: "shop-web" } }, {}],
    });
  });

  it.each([
    ["fault-subject-misspelt", "RoleBinding"],
    ["fault-role-lacks-verb", "Role"],
    ["fault-one-object", "ServiceAccount"],
  ])("is the one cause of %s, on the %s", (fixture, kind) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code, object }) => [code, object.kind])).toEqual([["rbac_forbidden", kind]]);
  });
});

import { describe, expect, it } from "vitest";
import { patchProblems } from "./patch-problems.ts";

describe("patchProblems", () => {
  it.each([
    [
      "Deployment",
      "spec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: a:1\n",
    ],
    ["CronJob", "spec:\n  suspend: false\n"],
    ["Service", "spec:\n  ports:\n    - port: 80\n      targetPort: http\n"],
    ["Service", "spec:\n  selector:\n    $patch: replace\n    app: web\n"],
    ["HorizontalPodAutoscaler", "spec:\n  maxReplicas: 3\n"],
    ["HTTPRoute", "spec:\n  hostnames:\n    - a.example\n"],
  ])("takes a patch of a %s", (kind, patch) => {
    expect(patchProblems(kind, patch)).toEqual([]);
  });

  it.each([
    ["Deployment", "spec: [", "no YAML"],
    ["Deployment", "replicas", "no mapping"],
    ["Deployment", "replicas: 1\n", "Deployment.replicas: no such field"],
    ["Deployment", "spec:\n  replicas: one\n", "Deployment.spec.replicas: no number"],
    ["Pod", "spec:\n  template: {}\n", "Pod.spec.template: no such field"],
    ["Pod", "spec:\n  containers:\n    - image: a\n", "Pod.spec.containers[0]: no name to merge by"],
    ["Service", "spec:\n  $retainKeys: [a]\n", "Service.spec.$retainKeys: no directive"],
    ["Widget", "spec: {}\n", "Widget: unknown kind"],
  ])("names what is wrong with a patch of a %s: %j", (kind, patch, problem) => {
    expect(patchProblems(kind, patch).join("\n")).toContain(problem);
  });

  it("tells that several items of the object have the key by which the patch is merged", () => {
    const patch = "spec:\n  ports:\n    - port: 53\n      targetPort: 5353\n";
    const dns = { spec: { ports: [{ port: 53 }, { port: 53, protocol: "UDP" }] } };
    expect(patchProblems("Service", patch, dns)).toEqual(["Service.spec.ports[0]: 2 items have this port"]);
    expect(patchProblems("Service", patch, { spec: { ports: [{ port: 53 }, { port: 54 }] } })).toEqual([]);
  });
});

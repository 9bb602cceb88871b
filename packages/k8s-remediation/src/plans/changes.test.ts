import { describe, expect, it } from "vitest";
import { rollback } from "../actions/rollback/action.ts";
import { applyPatch } from "../testing/patches.ts";
import { plannedIn, shopObject } from "../testing/shop.ts";
import type { Draft } from "../testing/store.ts";
import { changesBetween } from "./changes.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const web = (change?: (object: Draft) => void) => shopObject("deployments", "web", change);

describe("changesBetween", () => {
  it("names each field with its value before and after", () => {
    const after = web(({ spec = {}, metadata }) => {
      spec.replicas = 5;
      Object.assign(metadata.annotations ?? {}, { team: "search" });
    });
    expect(changesBetween("deployments", web(), after)).toEqual([
      { path: "spec.replicas", before: 2, after: 5 },
      { path: "metadata.annotations.team", before: "checkout", after: "search" },
    ]);
  });

  it("shows neither passwords of the environment, before or after, nor whole templates", () => {
    const { writes } = plannedIn(rollback, {
      resource: "deployments",
      namespace: "shop",
      name: "web",
      revision: 1,
    });
    const [write] = writes;
    if (write?.verb !== "patch") throw new Error("no patch");
    const changes = changesBetween("deployments", web(), applyPatch(web(), write.patch));
    expect(JSON.stringify(changes)).not.toContain("hunter2");
    expect(changes).toContainEqual({
      path: "spec.template.spec.containers[app].env[DB_PASSWORD].value",
      before: "[redacted]",
      after: "[redacted]",
    });
    expect(changes).toContainEqual(
      expect.objectContaining({
        path: "spec.template.spec.containers[app].image",
        after: "registry.example/web:1",
      }),
    );
  });

  it.each([
    ["of an annotation that holds JSON", "example.org/applied", 1],
    ["of a last-applied configuration, which is left out altogether", LAST_APPLIED, 0],
  ])("shows no password %s", (_, annotation, count) => {
    const applied = (password: string) =>
      web(({ metadata }) => {
        const env = [{ name: "DB_PASSWORD", value: password }];
        const text = JSON.stringify({ spec: { template: { spec: { containers: [{ env }] } } } });
        metadata.annotations = { [annotation]: text };
      });
    const changes = changesBetween("deployments", applied("hunter2"), applied("hunter3"));
    expect(changes).toHaveLength(count);
    expect(JSON.stringify(changes)).not.toMatch(/hunter/);
  });

  it("shows an annotation that only begins like JSON as it is", () => {
    const noted = (note: string) =>
      web(({ metadata }) => void Object.assign(metadata, { annotations: { note } }));
    expect(changesBetween("deployments", noted("{a"), noted("{b"))).toEqual([
      { path: "metadata.annotations.note", before: "{a", after: "{b" },
    ]);
  });

  it("tells nothing of status, generation and resourceVersion", () => {
    const after = web((object) => {
      object.status = {};
      object.metadata.generation = 9;
      object.metadata.resourceVersion = "9";
    });
    expect(changesBetween("deployments", web(), after)).toEqual([]);
  });

  it("puts images and commands before the rest of the spec, and that before labels and annotations", () => {
    const after = web(({ metadata, spec = {} }) => {
      metadata.labels = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`l${index}`, "x"]));
      spec.replicas = 9;
      const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
      for (const container of template.spec.containers.slice(0, 1)) container.image = "web:9";
    });
    const paths = changesBetween("deployments", web(), after).map(({ path }) => path);
    expect(paths.slice(0, 2)).toEqual(["spec.template.spec.containers[app].image", "spec.replicas"]);
    expect(paths.length).toBeGreaterThan(50);
  });

  it("puts a container that is added before annotations of the template", () => {
    const after = web(({ spec = {} }) => {
      const { template } = spec as {
        template: { metadata: { annotations?: object }; spec: { containers: object[] } };
      };
      template.metadata.annotations = Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`example.org/a${index}`, "x"]),
      );
      template.spec.containers.push({ name: "evil", image: "evil:1", securityContext: { privileged: true } });
    });
    const [change] = changesBetween("deployments", web(), after);
    expect(change?.path).toBe("spec.template.spec.containers[evil]");
  });
});

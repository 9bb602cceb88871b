import { describe, expect, it } from "vitest";
import { planIn, plannedIn } from "../../testing/shop.ts";
import { setResources } from "./action.ts";

const web = { resource: "deployments", namespace: "shop", name: "web", container: "app" } as const;
const object = { resource: "deployments", namespace: "shop", name: "web" };
const path = "/spec/template/spec/containers/0/resources";

describe("set_resources", () => {
  it("sets the amounts given, and leaves the others as they are", () => {
    const limits = { memory: "1Gi" };
    expect(plannedIn(setResources, { ...web, limits })).toMatchObject({
      writes: [
        {
          verb: "patch",
          object,
          patch: {
            type: "strategic",
            value: { spec: { template: { spec: { containers: [{ name: "app", resources: { limits } }] } } } },
          },
        },
      ],
      facts: {
        old_resources: { requests: { cpu: "100m" } },
        new_resources: { requests: { cpu: "100m" }, limits },
      },
      undo: {
        by: "fields",
        object,
        changes: [
          {
            path,
            before: { requests: { cpu: "100m" } },
            after: { requests: { cpu: "100m" }, limits },
          },
        ],
      },
      rollsOut: true,
    });
  });

  it("keeps amounts of the same list that are not named", () => {
    const plan = plannedIn(setResources, { ...web, requests: { memory: "64Mi" } });
    expect(plan.facts.new_resources).toEqual({ requests: { cpu: "100m", memory: "64Mi" } });
  });

  it("removes resources again from a container that had none", () => {
    const plan = plannedIn(setResources, { ...web, limits: { cpu: "1" } }, ({ spec = {} }) => {
      const { template } = spec as { template: { spec: { containers: { resources?: unknown }[] } } };
      delete template.spec.containers[0]?.resources;
    });
    expect(plan.undo).toMatchObject({ changes: [{ path, after: { limits: { cpu: "1" } } }] });
    expect(plan.undo.by === "fields" && plan.undo.changes[0]).not.toHaveProperty("before");
  });

  it.each([
    { requests: { cpu: "much" } },
    { requests: { cpu: "-1" } },
    { limits: { "cpu ": "1" } },
    { limits: { "../cpu": "1" } },
    { limits: { $patch: "delete" } },
  ])("refuses %j, which is no amount of a resource", (amounts) => {
    expect(planIn(setResources, { ...web, ...amounts })).toMatchObject({ refused: "invalid_amount" });
  });

  it.each([{ limits: { "nvidia.com/gpu": "1" } }, { limits: { "hugepages-2Mi": "4Mi" } }])(
    "takes %j",
    (amounts) => {
      expect(planIn(setResources, { ...web, ...amounts })).toHaveProperty("writes");
    },
  );

  it.each([{}, { requests: { cpu: "100m" } }])("has nothing to do for %j", (amounts) => {
    expect(planIn(setResources, { ...web, ...amounts })).toEqual({
      unchanged: 'Container app of deployment "web" has these resources already.',
    });
  });

  it("refuses an unknown container", () => {
    expect(planIn(setResources, { ...web, container: "x" })).toMatchObject({ refused: "unknown_container" });
  });
});

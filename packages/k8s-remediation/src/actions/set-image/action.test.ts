import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { setImage } from "./action.ts";

const web = { resource: "deployments", namespace: "shop", name: "web" } as const;

describe("set_image", () => {
  it.each([
    { container: "app", list: "containers", index: 0, old: "registry.example/web:3" },
    { container: "proxy", list: "containers", index: 1, old: "registry.example/proxy:1" },
    { container: "migrate", list: "initContainers", index: 0, old: "registry.example/migrate:1" },
  ])("patches $container by its name alone", ({ container, list, index, old }) => {
    const image = `registry.example/other@sha256:${"a".repeat(64)}`;
    expect(plannedIn(setImage, { ...web, container, image })).toMatchObject({
      writes: [
        {
          verb: "patch",
          object: web,
          patch: {
            type: "strategic",
            value: { spec: { template: { spec: { [list]: [{ name: container, image }] } } } },
          },
        },
      ],
      facts: { old_image: old, new_image: image },
      undo: {
        by: "fields",
        object: web,
        changes: [{ path: `/spec/template/spec/${list}/${index}/image`, before: old, after: image }],
      },
      rollsOut: true,
    });
  });

  it.each([
    ["no image", "app", " ", "invalid_image", /no valid reference/],
    [
      "an unknown container",
      "db",
      "a:1",
      "unknown_container",
      /"db"\. Containers are: app, proxy, migrate\.$/,
    ],
  ])("refuses %s", (_, container, image, refused, message) => {
    expect(planIn(setImage, { ...web, container, image })).toEqual({
      refused,
      message: expect.stringMatching(message),
    });
  });

  it("has nothing to do when the container has this image", () => {
    expect(planIn(setImage, { ...web, container: "app", image: "registry.example/web:3" })).toEqual({
      unchanged: 'Container app of deployment "web" has this image already.',
    });
  });

  it("is done when the rollout is", () => {
    const input = { ...web, container: "app", image: "a:1" };
    expect(verifyIn(setImage, input, {})).toMatchObject({ state: "done" });
  });

  it.each([
    ["deployments", "web", { paused: true }, "remediate_rollout_resume"],
    ["statefulSets", "db", { updateStrategy: { type: "OnDelete" } }, "remediate_pod_restart"],
    ["daemonSets", "agent", { updateStrategy: { type: "OnDelete" } }, "remediate_pod_restart"],
  ] as const)(
    "is no success where %s %s does not roll out, and says what to do",
    (resource, name, is, tool) => {
      const target = shopObject(resource, name, ({ spec = {} }) => Object.assign(spec, is));
      const container = target.spec?.template.spec?.containers[0]?.name ?? "";
      const input = { resource, namespace: "shop", name, container, image: "a:1" };
      expect(verifyIn(setImage, input, { target })).toEqual({
        state: "unknown",
        message: expect.stringContaining(tool),
      });
    },
  );
});

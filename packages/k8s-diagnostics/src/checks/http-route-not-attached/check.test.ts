import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { httpRouteNotAttached } from "./check.ts";

describe(httpRouteNotAttached.id, () => {
  it.each([
    ["fault-same-namespace", "Gateway", "takes routes of namespace shop", "allowedRoutes.namespaces"],
    ["fault-namespace-labels", "Gateway", "takes routes of namespace shop", "Give Namespace shop the labels"],
    ["fault-hostname", "HTTPRoute", "No hostname of HTTPRoute web", "Give HTTPRoute web a hostname"],
    ["fault-section-name", "HTTPRoute", "asks for a listener", "sectionName of HTTPRoute web to http."],
    [
      "fault-gateway-elsewhere",
      "HTTPRoute",
      "Gateway edge of namespace shop",
      "to infra, where Gateway edge is",
    ],
    ["fault-kind", "Gateway", "takes HTTPRoutes", "protocol HTTP or HTTPS"],
  ])("says why in %s", (fixture, kind, title, step) => {
    const [finding, ...others] = runOnFixture(httpRouteNotAttached, fixture);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind },
      confidence: "certain",
      title: expect.stringContaining(title),
      affects: [{ kind: "HTTPRoute", name: "web" }],
    });
    expect(finding?.remedies?.[0]?.step).toContain(step);
  });

  it.each(["fault-namespace-labels", "fault-gateway-elsewhere"])("is the one cause in %s", async (name) => {
    const text = readFileSync(new URL(`./fixtures/${name}.yaml`, import.meta.url), "utf8");
    const { reader } = readerFromYaml(text);
    const { causes, state } = await diagnoseObject(reader, {
      kind: "HTTPRoute",
      namespace: "shop",
      name: "web",
    });
    expect(causes.map(({ code }) => code)).toEqual(["http_route_not_attached"]);
    expect(state).not.toBe("healthy");
  });

  it("names the namespace of the Gateway", () => {
    const remedies = runOnFixture(httpRouteNotAttached, "fault-gateway-elsewhere").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("namespace: infra");
  });

  it("names a listener that exists", () => {
    const remedies = runOnFixture(httpRouteNotAttached, "fault-section-name").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("sectionName: http");
  });
});

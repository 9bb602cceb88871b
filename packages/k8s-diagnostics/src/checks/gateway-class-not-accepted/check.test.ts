import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { gatewayClassNotAccepted } from "./check.ts";

describe(gatewayClassNotAccepted.id, () => {
  it("tells a missing controller from one that refuses", () => {
    const titles = ["fault-no-controller", "fault-refused"].map(
      (fixture) => runOnFixture(gatewayClassNotAccepted, fixture)[0]?.title,
    );
    expect(titles).toEqual([
      "No controller has looked at GatewayClass envoy",
      "The controller of GatewayClass envoy does not accept it",
    ]);
  });

  it("is why a Gateway is not programmed", async () => {
    const text = readFileSync(new URL("./fixtures/fault-no-controller.yaml", import.meta.url), "utf8");
    const { causes } = await diagnoseObject(readerFromYaml(text).reader, {
      kind: "Gateway",
      namespace: "infra",
      name: "edge",
    });
    expect(causes.map(({ code }) => code)).toEqual(["gateway_class_not_accepted"]);
  });
});

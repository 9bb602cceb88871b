import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { diagnoseNamespace, diagnoseObject } from "./diagnose.ts";
import { diagnoseNamespaces, diagnoseWorkloads } from "./diagnose-many.ts";

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop, labels: { app: orders } }
spec: { replicas: 0 }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: orders-db, namespace: shop, labels: { app: orders-db } }
spec: { replicas: 0 }
`;

describe("what is not there", () => {
  const { reader } = readerFromYaml(CLUSTER);
  const deployment = (namespace: string, name: string) =>
    diagnoseObject(reader, { kind: "Deployment", namespace, name });
  const several = (target: Partial<Parameters<typeof diagnoseWorkloads>[1]>) =>
    diagnoseWorkloads(reader, { namespace: "shop", ...target });

  it.each([
    [
      "a near name",
      () => deployment("shop", "order"),
      "There is no Deployment order in namespace shop. Did you mean orders?",
    ],
    [
      "the same name under another kind rather than a near name",
      () => deployment("shop", "orders-db"),
      "There is no Deployment orders-db in namespace shop. There is a StatefulSet orders-db.",
    ],
    [
      "a near namespace",
      () => deployment("shpo", "orders"),
      "There is no namespace shpo, and so no Deployment orders in it. Did you mean shop?",
    ],
    [
      "a near namespace when that is all that was asked for",
      () => diagnoseNamespace(reader, "shpo"),
      "There is no Namespace shpo. Did you mean shop?",
    ],
    [
      "a namespace that is missing rather than labels",
      () => several({ namespace: "nope", selector: "app=orders" }),
      "There is no Namespace nope.",
    ],
    [
      "other labels",
      () => several({ kind: "Deployment", names: ["orders"], selector: "app=zzz" }),
      "Deployment orders in namespace shop exists and has other labels than the selector asks for.",
    ],
    [
      "labels that nothing has",
      () => several({ selector: "app=zzz" }),
      "No workload in namespace shop has the labels that the selector asks for.",
    ],
    [
      "every missing name",
      () => several({ kind: "Deployment", names: ["aaa", "bbb"] }),
      "There is no Deployment aaa or bbb in namespace shop.",
    ],
    [
      "five of many missing names",
      () => diagnoseNamespaces(reader, { names: ["n1", "n2", "n3", "n4", "n5", "n6", "n7"] }),
      "There is no Namespace n1, n2, n3, n4, n5 and 2 more.",
    ],
  ])("is told with %s", async (_, ask, message) => {
    await expect(ask()).rejects.toMatchObject({ code: "not_found", message });
  });
});

describe("what a recording lacks", () => {
  const { reader } = readerFromYaml(CLUSTER, {
    refused: { deployments: "not_recorded", daemonSets: "forbidden" },
  });

  it("is not said to be missing in the cluster", async () => {
    const message =
      "Deployments are not in this recording, so that nothing can be said about zz. Record the cluster again with rights to list them, or ask the live cluster.";
    const error = { code: "not_recorded", message };
    const target = { kind: "Deployment", namespace: "shop" } as const;
    await expect(diagnoseObject(reader, { ...target, name: "zz" })).rejects.toMatchObject(error);
    await expect(diagnoseWorkloads(reader, { ...target, names: ["zz"] })).rejects.toMatchObject(error);
    await expect(diagnoseWorkloads(reader, { ...target, selector: "a=b" })).rejects.toMatchObject({
      code: "not_recorded",
    });
  });

  it("is named beside a selector that nothing else fits", async () => {
    await expect(diagnoseWorkloads(reader, { namespace: "shop", selector: "a=b" })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("Deployments and DaemonSets could not be read."),
    });
  });

  it("leaves a missing namespace missing", async () => {
    const target = { kind: "Deployment", namespace: "nope", name: "zz" } as const;
    await expect(diagnoseObject(reader, target)).rejects.toMatchObject({ code: "not_found" });
  });
});

import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { endpointsOf, podsOf, servicesSelecting } from "./services.ts";

const SERVICE = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80 }] }`;

const pod = (name: string, labels: string, status: string, namespace = "shop") => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: ${labels} }
status: ${status}`;

const READY = '{ phase: Running, conditions: [{ type: Ready, status: "True" }] }';
const WAITING = '{ phase: Running, conditions: [{ type: Ready, status: "False" }] }';

const UNKNOWN = (resources: string) => `
---
apiVersion: testing.k8s-ops/v1
kind: Fixture
unknown: [${resources}]`;

function read(text: string) {
  const { objects } = snapshotFromYaml(SERVICE + text);
  const [service] = objects.services.all;
  if (!service) throw new Error("no Service in the snapshot");
  return { objects, service };
}

describe("Services and their Pods", () => {
  it("selects Pods of the same namespace that could serve", () => {
    const { objects, service } = read(
      pod("a", "{ app: web, x: y }", READY) +
        pod("b", "{ app: web }", "{ phase: Succeeded }") +
        pod("c", "{ app: other }", READY) +
        pod("d", "{ app: web }", READY, "other"),
    );
    expect(podsOf(service, objects).map(({ metadata }) => metadata.name)).toEqual(["a"]);
    const selected = objects.pods.get("shop", "a");
    expect(selected && servicesSelecting(selected, objects)).toEqual([service]);
  });

  it("counts endpoints of slices first, and an absent condition as ready", () => {
    const { objects, service } = read(`
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }
endpoints: [{ addresses: [10.0.0.1] }, { addresses: [10.0.0.2], conditions: { ready: false } }]`);
    expect(endpointsOf(service, objects)).toMatchObject({ known: true, exists: true, ready: 1, notReady: 1 });
  });

  it("counts no endpoint of a slice without ports, as a named target port that no Pod has gives", () => {
    const { objects, service } = read(`
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true } }]
ports: null`);
    expect(endpointsOf(service, objects)).toMatchObject({ exists: true, ready: 0, notReady: 0 });
  });

  it("counts an Endpoints object when there is no slice", () => {
    const { objects, service } = read(`
---
apiVersion: v1
kind: Endpoints
metadata: { name: web, namespace: shop }
subsets: [{ notReadyAddresses: [{ ip: 10.0.0.1 }] }]`);
    expect(endpointsOf(service, objects)).toMatchObject({ exists: true, ready: 0, notReady: 1 });
  });

  it("counts Pods when neither was read, and concludes nothing without them", () => {
    const pods = pod("a", "{ app: web }", READY) + pod("b", "{ app: web }", WAITING);
    const counted = read(pods + UNKNOWN("endpointSlices, endpoints"));
    expect(endpointsOf(counted.service, counted.objects)).toMatchObject({
      known: true,
      ready: 1,
      notReady: 1,
    });
    const blind = read(pods + UNKNOWN("endpointSlices, endpoints, pods"));
    expect(endpointsOf(blind.service, blind.objects).known).toBe(false);
  });

  it("tells that no object exists", () => {
    const { objects, service } = read("");
    expect(endpointsOf(service, objects)).toMatchObject({ known: true, exists: false });
  });
});

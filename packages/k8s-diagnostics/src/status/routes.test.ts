import { describe, expect, it } from "vitest";
import { diagnoseObject } from "../targets/diagnose.ts";
import { readerFromYaml } from "../testing/reader.ts";

const service = (namespace: string, name: string, ready: boolean) => `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { type: ClusterIP, clusterIP: 10.96.1.1, ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}-x, namespace: ${namespace}, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
endpoints: [{ addresses: [10.244.0.9], conditions: { ready: ${ready} } }]
ports: [{ port: 80, protocol: TCP }]`;

const OBJECTS = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }
          - { path: /api, pathType: Prefix, backend: { service: { name: api, port: { number: 80 } } } }
status: { loadBalancer: { ingress: [{ ip: 192.0.2.7 }] } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: envoy }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: infra }
spec: { gatewayClassName: envoy, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }] }
status:
  addresses: [{ value: 192.0.2.8 }]
  conditions: [{ type: Accepted, status: "True" }, { type: Programmed, status: "True" }]
  listeners: [{ name: http, attachedRoutes: 1, conditions: [{ type: Accepted, status: "True" }, { type: Programmed, status: "True" }, { type: ResolvedRefs, status: "True" }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: edge, namespace: infra }]
  hostnames: [shop.example]
  rules: [{ matches: [{ path: { type: PathPrefix, value: /web } }], backendRefs: [{ name: web, port: 80 }] }]
status: { parents: [{ parentRef: { name: edge, namespace: infra }, conditions: [{ type: Accepted, status: "True" }, { type: ResolvedRefs, status: "True" }] }] }
${service("shop", "web", true)}`;

async function diagnose(
  kind: "Ingress" | "Gateway" | "HTTPRoute",
  namespace: string,
  name: string,
  text: string,
) {
  return diagnoseObject(readerFromYaml(text).reader, { kind, namespace, name });
}

describe("what routes serve", () => {
  it("of an Ingress are its backends with their endpoints", async () => {
    const ready = await diagnose("Ingress", "shop", "front", OBJECTS + service("shop", "api", true));
    expect(ready).toMatchObject({
      state: "healthy",
      addresses: ["192.0.2.7"],
      backends: [
        { host: "shop.example", path: "/", service: "web", port: 80, ready_endpoints: 1 },
        { host: "shop.example", path: "/api", service: "api", port: 80, ready_endpoints: 1 },
      ],
    });
    const half = await diagnose("Ingress", "shop", "front", OBJECTS + service("shop", "api", false));
    expect(half).toMatchObject({ state: "degraded", backends: [{}, { ready_endpoints: 0 }] });
    expect(half.causes).toHaveLength(1);
  });

  it("of a Gateway are those of its routes in all namespaces", async () => {
    expect(await diagnose("Gateway", "infra", "edge", OBJECTS)).toMatchObject({
      state: "healthy",
      listeners: [{ name: "http", attached_routes: 1 }],
      backends: [{ host: "shop.example", path: "/web", service: "shop/web", port: 80, ready_endpoints: 1 }],
    });
  });

  it("of an HTTPRoute are nothing while no Gateway accepts it", async () => {
    expect(await diagnose("HTTPRoute", "shop", "web", OBJECTS)).toMatchObject({
      state: "healthy",
      parents: { total: 1, accepted: 1 },
      backends: [{ service: "web", ready_endpoints: 1 }],
    });
    const refused = OBJECTS.replace(
      'namespace: infra }, conditions: [{ type: Accepted, status: "True" }',
      'namespace: infra }, conditions: [{ type: Accepted, status: "False", reason: NotAllowedByListeners }',
    );
    expect(await diagnose("HTTPRoute", "shop", "web", refused)).toMatchObject({ state: "failing" });
  });
});

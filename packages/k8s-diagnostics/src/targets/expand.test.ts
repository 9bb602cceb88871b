import type { Objects } from "@k8s-ops/k8s-cluster";
import { snapshotFromFile, snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { expand } from "./expand.ts";

const WAITING = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
status: { phase: Pending }
---
apiVersion: v1
kind: Event
metadata: { name: data.1, namespace: shop }
involvedObject: { kind: PersistentVolumeClaim, name: data, namespace: shop }
reason: ExternalProvisioning
`;
const WITHOUT_DRIVER = `
apiVersion: v1
kind: Event
metadata: { name: web.1, namespace: shop }
involvedObject: { kind: Pod, name: web, namespace: shop }
reason: FailedMount
message: 'MountVolume.MountDevice failed for volume "pv-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name csi.example.com not found in the list of registered CSI drivers'
`;
const WITHOUT_NETWORK = `
apiVersion: v1
kind: Event
metadata: { name: web.1, namespace: shop }
involvedObject: { kind: Pod, name: web, namespace: shop }
reason: FailedCreatePodSandBox
message: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0c1d": plugin type="calico" failed (add)'
`;
const UNCONSIDERED = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: app, image: "registry.example/web:1" }] }
status: { phase: Pending }
`;
const UNOBSERVED = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, generation: 2, creationTimestamp: "2026-01-01T10:00:00Z" }
status: { observedGeneration: 1 }
`;
const API_DOWN = `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec: { service: { namespace: monitoring, name: metrics-server } }
status: { conditions: [{ type: Available, status: "False", reason: MissingEndpoints }] }
`;
const REFUSED = `
apiVersion: testing.k8s-ops/v1
kind: Fixture
logs:
  - namespace: shop
    pod: web
    container: app
    previous: true
    text: 'pods is forbidden: User "system:serviceaccount:shop:web" cannot list resource "pods" in API group "" at the cluster scope'
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { nodeName: n1, serviceAccountName: web, containers: [{ name: app, image: "registry.example/web:1" }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "False" }]
  containerStatuses:
    - name: app
      ready: false
      restartCount: 4
      image: x
      imageID: y
      state: { waiting: { reason: CrashLoopBackOff } }
      lastState: { terminated: { exitCode: 1, startedAt: "2026-01-01T11:57:00Z", finishedAt: "2026-01-01T11:57:20Z" } }
`;
const FLAPPING = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { nodeName: n1, containers: [{ name: app, image: "registry.example/web:1" }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "True" }]
  containerStatuses:
    - name: app
      ready: true
      restartCount: 9
      image: x
      imageID: y
      state: { running: { startedAt: "2026-01-01T11:59:00Z" } }
      lastState: { terminated: { exitCode: 1, startedAt: "2026-01-01T11:55:00Z", finishedAt: "2026-01-01T11:58:40Z" } }
`;
const SHARED_HOST = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { rules: [{ host: shop.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`;
const EXTERNAL_NAME = `
apiVersion: v1
kind: Namespace
metadata: { name: data }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { type: ExternalName, externalName: postgres.data.svc.cluster.local }
`;
const LOCAL_TRAFFIC = `
apiVersion: v1
kind: Node
metadata: { name: gpu-1 }
---
apiVersion: v1
kind: Service
metadata: { name: cache, namespace: shop }
spec: { internalTrafficPolicy: Local, selector: { app: cache }, ports: [{ port: 80 }] }
`;
const YOUNGER_NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: edge, creationTimestamp: "2025-12-31T10:00:00Z", labels: { kubernetes.io/metadata.name: edge } }
---
apiVersion: v1
kind: Namespace
metadata: { name: infra, creationTimestamp: "2024-12-31T10:00:00Z", labels: { kubernetes.io/metadata.name: infra } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop, creationTimestamp: "2025-06-01T10:00:00Z" }
spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { zone: edge } } }] }] }
`;
const UNKNOWN_ADDRESS = `
apiVersion: testing.k8s-ops/v1
kind: Fixture
logs:
  - namespace: shop
    pod: web
    container: app
    previous: false
    text: 'dial tcp 10.96.3.4:80: i/o timeout'
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { nodeName: n1, containers: [{ name: app, image: "registry.example/web:1" }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "False" }]
  containerStatuses:
    - { name: app, ready: false, restartCount: 0, image: x, imageID: y, state: { running: { startedAt: "2026-01-01T10:00:00Z" } } }
`;
const CALM = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, generation: 2 }
status: { observedGeneration: 2 }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
status: { phase: Pending }
`;

const wellPod = (name: string, spec: string) => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { nodeName: n1, ${spec} }
status:
  phase: Running
  conditions: [{ type: Ready, status: "True" }]
  containerStatuses: [{ name: app, ready: true, restartCount: 0, image: x, imageID: y, state: { running: {} } }]
`;
const withDatabase = (port: number) =>
  `containers: [{ name: app, image: "registry.example/web:1", env: [{ name: DATABASE_URL, value: "postgres://db:${port}/shop" }] }]`;
const DOUBTFUL = `
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: exporter, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: exporter }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: exporter, namespace: monitoring }]
${wellPod("db", 'containers: [{ name: app, image: "registry.example/db:16", ports: [{ containerPort: 5432 }] }]')}
${wellPod("web", withDatabase(5433))}
${wellPod("shop", withDatabase(5432))}
${wellPod("exporter", 'serviceAccountName: exporter, containers: [{ name: app, image: "registry.example/exporter:1" }]')}
`;

/** As when only one namespace was read: what other namespaces have is not known. */
function needs(text: string) {
  const snapshot = snapshotFromYaml(text);
  const views = Object.entries(snapshot.objects).map(([key, view]) => [
    key,
    key === "logs" ? view : { ...view, knows: (namespace: string) => namespace === "shop" },
  ]);
  return expand({ ...snapshot, objects: Object.fromEntries(views) as Objects }, {}).objects;
}

describe("what is read next", () => {
  it.each([
    ["the controllers of a claim's provisioner", WAITING, { resource: "deployments" }],
    ["the DaemonSet of a driver that is not on a Node", WITHOUT_DRIVER, { resource: "daemonSets" }],
    ["the network plug-in of Pods that get no network", WITHOUT_NETWORK, { resource: "daemonSets" }],
    [
      "the scheduler of a Pod that nobody considers",
      UNCONSIDERED,
      { resource: "leases", namespace: "kube-system" },
    ],
    [
      "the controllers of a change that nobody sees",
      UNOBSERVED,
      { resource: "pods", namespace: "kube-system" },
    ],
    ["what serves an API that does not answer", API_DOWN, { resource: "pods", namespace: "monitoring" }],
    ["the Ingresses that may claim the same host", SHARED_HOST, { resource: "ingresses" }],
    ["what an external name stands for", EXTERNAL_NAME, { resource: "services", namespace: "data" }],
    ["the clients on a Node that a Service leaves out", LOCAL_TRAFFIC, { resource: "pods" }],
    [
      "the Pods of a namespace that is younger than a policy and without its label",
      YOUNGER_NAMESPACE,
      { resource: "pods", namespace: "edge" },
    ],
    ["the Service of an address in a log", UNKNOWN_ADDRESS, { resource: "services" }],
    [
      "what leads to Services, when one is not reached",
      UNKNOWN_ADDRESS,
      { resource: "daemonSets", namespace: "kube-system" },
    ],
    ["the bindings of all namespaces after a refusal", REFUSED, { resource: "roleBindings" }],
  ])("are %s", (_, text, need) => {
    expect(needs(text)).toContainEqual(need);
  });

  it("leaves out namespaces that are older than the policy", () => {
    expect(needs(YOUNGER_NAMESPACE)).not.toContainEqual({ resource: "pods", namespace: "infra" });
  });

  it("is nothing where nothing is wrong", () => {
    expect(needs(CALM)).toEqual([]);
  });

  it("is in a whole cluster the log of a well Pod whose settings or rights give reason to doubt", () => {
    expect(expand(snapshotFromYaml(DOUBTFUL), {}).optionalLogs).toEqual([
      { namespace: "shop", pod: "web", container: "app", previous: false },
      { namespace: "shop", pod: "exporter", container: "app", previous: false },
    ]);
  });

  it("is how a container ended that is up for the moment and keeps ending", () => {
    expect(expand(snapshotFromYaml(FLAPPING), {}).logs).toEqual([
      { namespace: "shop", pod: "web", container: "app", previous: true },
    ]);
  });

  it("reads what a gRPC server says behind an Ingress that speaks HTTP/1", () => {
    const path = new URL(
      "../checks/ingress-backend-protocol/fixtures/fault-server-log.yaml",
      import.meta.url,
    );
    const { optionalLogs = [] } = expand(snapshotFromFile(path), {});
    expect(optionalLogs.map(({ pod }) => pod)).toEqual(["quotes-0"]);
  });
});

/**
 * The parts of the Gateway API (gateway.networking.k8s.io/v1) that are read here. client-node has no models for it.
 * Source: https://gateway-api.sigs.k8s.io/reference/spec/
 */
interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}

interface ParentReference {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

interface BackendReference {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  port?: number;
}

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface V1GatewayClass {
  spec?: { controllerName?: string };
  status?: { conditions?: Condition[] };
}

export interface V1Gateway {
  spec?: {
    gatewayClassName?: string;
    listeners?: {
      name: string;
      port: number;
      protocol: string;
      hostname?: string;
      allowedRoutes?: {
        kinds?: { group?: string; kind: string }[];
        namespaces?: { from?: string; selector?: LabelSelector };
      };
      tls?: {
        certificateRefs?: { group?: string; kind?: string; name: string; namespace?: string }[];
        mode?: string;
        options?: Record<string, string>;
      };
    }[];
  };
  status?: {
    addresses?: { value: string }[];
    conditions?: Condition[];
    listeners?: { name: string; attachedRoutes?: number; conditions?: Condition[] }[];
  };
}

export interface V1HTTPRoute {
  spec?: {
    parentRefs?: ParentReference[];
    hostnames?: string[];
    rules?: {
      backendRefs?: BackendReference[];
      matches?: { path?: { type?: string; value?: string } }[];
      filters?: { type: string; requestMirror?: { backendRef?: BackendReference } }[];
    }[];
  };
  status?: { parents?: { parentRef: ParentReference; controllerName?: string; conditions?: Condition[] }[] };
}

export interface V1ReferenceGrant {
  spec?: {
    from?: { group: string; kind: string; namespace: string }[];
    to?: { group: string; kind: string; name?: string }[];
  };
}

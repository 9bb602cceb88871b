import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import type { PodTemplateSpec } from "../../kube/admission/create-failures.ts";
import type { PatchValue } from "../../kube/patch.ts";

type Fields = Record<string, PatchValue>;
type Template = NonNullable<PodTemplateSpec>;
type Container = Template["containers"][number];

/** The change of a Pod's spec that a violation asks for. */
interface Change {
  /** Of the Pod itself. */
  readonly spec?: Fields;
  /** Of the Pod's securityContext. */
  readonly pod?: Fields;
  /** Of the securityContext of a named container. */
  readonly container?: (container: Container) => Fields;
  /** Of a named container outside of its securityContext. */
  readonly outside?: (container: Container) => Fields;
}

/** A user other than root, for containers that asked for root. */
const SOME_USER = 1000;
const ROOT_NAMESPACES = /\b(hostNetwork|hostPID|hostIPC)=true/g;

/**
 * What mends each violation, by how Pod Security names it.
 * Source: k8s.io/pod-security-admission policy/check_*.go
 */
const MENDING: readonly (readonly [name: RegExp, change: (violation: string) => Change])[] = [
  [/^allowPrivilegeEscalation != false/, () => ({ container: () => ({ allowPrivilegeEscalation: false }) })],
  [/^unrestricted capabilities/, () => ({ container: restrictedCapabilities })],
  [/^non-default capabilities/, (violation) => ({ container: (one) => withoutCapabilities(one, violation) })],
  [
    /^runAsNonRoot != true/,
    (violation) => ({
      container: () => ({ runAsNonRoot: true }),
      ...(namesPod(violation) && { pod: { runAsNonRoot: true } }),
    }),
  ],
  [
    /^runAsUser=0/,
    (violation) => ({
      container: () => ({ runAsUser: SOME_USER }),
      ...(namesPod(violation) && { pod: { runAsUser: SOME_USER } }),
    }),
  ],
  [
    /^seccompProfile/,
    (violation) => ({
      container: () => ({ seccompProfile: { type: "RuntimeDefault" } }),
      ...(namesPod(violation) && { pod: { seccompProfile: { type: "RuntimeDefault" } } }),
    }),
  ],
  [/^privileged/, () => ({ container: () => ({ privileged: false }) })],
  [/^procMount/, () => ({ container: () => ({ procMount: null }) })],
  [/^host namespaces/, (violation) => ({ spec: hostNamespaces(violation) })],
  [/^hostPort/, () => ({ outside: withoutHostPorts })],
];

/** The change of the Pod template's spec that mends all violations; undefined when a setting cannot mend one. */
export function mendViolations(
  template: PodTemplateSpec,
  violations: readonly string[],
): Readonly<Record<string, PatchValue>> | undefined {
  const spec: Fields = {};
  const pod: Fields = {};
  const containers = new Map<string, Fields>();
  const all = [...(template?.initContainers ?? []), ...(template?.containers ?? [])];
  for (const violation of violations) {
    const change = MENDING.find(([name]) => name.test(violation))?.[1](violation);
    const named = namesIn(violation);
    const concerned = all.filter(({ name }) => named.has(name));
    if (!change || concerned.length < named.size || !concerned.every(({ name }) => isDnsLabel(name)))
      return undefined;
    Object.assign(spec, change.spec);
    Object.assign(pod, change.pod);
    for (const container of concerned) {
      const known = containers.get(container.name) ?? {};
      const context = { ...(known.securityContext as Fields | undefined), ...change.container?.(container) };
      containers.set(container.name, {
        ...known,
        ...change.outside?.(container),
        ...(Object.keys(context).length > 0 && { securityContext: context }),
      });
    }
  }
  const patchOf = (list: readonly Container[] | undefined): readonly PatchValue[] =>
    (list ?? []).flatMap(({ name }) => {
      const fields = containers.get(name);
      return fields ? [{ name, ...fields }] : [];
    });
  const initContainers = patchOf(template?.initContainers);
  const mended: Fields = {
    ...spec,
    ...(Object.keys(pod).length > 0 && { securityContext: pod }),
    ...(initContainers.length > 0 && { initContainers }),
    ...(containers.size > initContainers.length && { containers: patchOf(template?.containers) }),
  };
  return Object.keys(mended).length > 0 ? mended : undefined;
}

/** The containers that the violation names: `containers "a", "b" must …`. */
function namesIn(violation: string): ReadonlySet<string> {
  const lists = violation.matchAll(/containers? ((?:"[^"]{1,63}"(?:, )?)+)/g);
  return new Set(
    [...lists].flatMap(([, list = ""]) => [...list.matchAll(/"([^"]{1,63})"/g)].map(([, name = ""]) => name)),
  );
}

/** `pod must not set …`, unlike `pod or container "a" must set …`. */
function namesPod(violation: string): boolean {
  return /\bpod (?:and containers? "[^)]{1,2000}" )?must not set\b/.test(violation);
}

function restrictedCapabilities({ securityContext }: Container): Fields {
  const added = securityContext?.capabilities?.add ?? [];
  const kept = added.filter((name) => name === "NET_BIND_SERVICE");
  return {
    capabilities: {
      drop: ["ALL"],
      ...(kept.length < added.length && { add: kept.length > 0 ? kept : null }),
    },
  };
}

function withoutCapabilities({ securityContext }: Container, violation: string): Fields {
  const kept = (securityContext?.capabilities?.add ?? []).filter(
    (name) => /^[A-Z_]{1,40}$/.test(name) && !violation.includes(`"${name}"`),
  );
  return { capabilities: { add: kept.length > 0 ? kept : null } };
}

function hostNamespaces(violation: string): Fields {
  return Object.fromEntries([...violation.matchAll(ROOT_NAMESPACES)].map(([, field = ""]) => [field, false]));
}

function withoutHostPorts({ ports = [] }: Container): Fields {
  return {
    ports: ports
      .filter(({ hostPort }) => hostPort !== undefined)
      .map(({ containerPort, protocol = "TCP" }) => ({ containerPort, protocol, hostPort: null })),
  };
}

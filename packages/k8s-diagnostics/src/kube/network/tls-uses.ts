import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { refOf } from "../refs.ts";

/** A place that serves TLS with a certificate from a Secret. */
export interface TlsUse {
  /** The Ingress or Gateway. */
  readonly user: ObjectRef;
  readonly field: string;
  readonly secret: ObjectRef;
  /** The hosts that it serves with it; empty when it serves any. */
  readonly hosts: readonly string[];
  /** Whether the hosts are named for TLS, and not only by the rules. */
  readonly isExplicit: boolean;
}

/** Every use of a certificate by Ingresses and by listeners of Gateways that end TLS themselves. */
export function tlsUses(objects: Pick<Objects, "ingresses" | "gateways">): readonly TlsUse[] {
  return [...ingressTlsUses(objects), ...gatewayTlsUses(objects)];
}

function ingressTlsUses(objects: Pick<Objects, "ingresses">): readonly TlsUse[] {
  return objects.ingresses.all.flatMap((ingress) => {
    const { spec, metadata } = ingress;
    const ruled = (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
    return (spec?.tls ?? []).flatMap(({ secretName, hosts = [] }, index) =>
      secretName === undefined || secretName === ""
        ? []
        : [
            {
              user: refOf(ingress),
              field: `spec.tls[${index}].secretName`,
              secret: { kind: "Secret", namespace: metadata.namespace, name: secretName },
              hosts: hosts.length > 0 ? hosts : ruled,
              isExplicit: hosts.length > 0,
            },
          ],
    );
  });
}

/** Those of the listeners of Gateways alone. */
export function gatewayTlsUses(objects: Pick<Objects, "gateways">): readonly TlsUse[] {
  return objects.gateways.all.flatMap((gateway) =>
    (gateway.spec?.listeners ?? []).flatMap(({ name: listener, hostname, tls }) =>
      (tls?.certificateRefs ?? [])
        .filter(({ kind = "Secret", group = "" }) => kind === "Secret" && group === "")
        .map(({ name, namespace }, index) => ({
          user: refOf(gateway),
          field: `spec.listeners[${listener}].tls.certificateRefs[${index}]`,
          secret: { kind: "Secret", namespace: namespace ?? gateway.metadata.namespace, name },
          hosts: hostname === undefined || hostname === "" ? [] : [hostname],
          isExplicit: true,
        })),
    ),
  );
}

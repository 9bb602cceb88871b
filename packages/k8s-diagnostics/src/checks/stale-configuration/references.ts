import { isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Place } from "../../kube/places.ts";

/** A ConfigMap or Secret of which a container sees no change while it runs. */
export interface FixedReference {
  readonly object: ObjectRef;
  readonly field: string;
  readonly via: "variables" | "subPath";
}

/** Source: https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically */
export function fixedReferences(place: Place): readonly FixedReference[] {
  const { spec, pod, field, podRef } = place;
  const found: { kind: string; name: string | undefined; field: string; via: FixedReference["via"] }[] = [];
  for (const { name, valueFrom } of spec.env ?? []) {
    const path = `${field}.env[${name}].valueFrom`;
    found.push({ kind: "ConfigMap", name: valueFrom?.configMapKeyRef?.name, field: path, via: "variables" });
    found.push({ kind: "Secret", name: valueFrom?.secretKeyRef?.name, field: path, via: "variables" });
  }
  for (const [index, { configMapRef, secretRef }] of (spec.envFrom ?? []).entries()) {
    const path = `${field}.envFrom[${index}]`;
    found.push({ kind: "ConfigMap", name: configMapRef?.name, field: path, via: "variables" });
    found.push({ kind: "Secret", name: secretRef?.name, field: path, via: "variables" });
  }
  for (const { name, mountPath, subPath } of spec.volumeMounts ?? []) {
    if (subPath === undefined || subPath === "") continue;
    const volume = pod.spec?.volumes?.find((item) => item.name === name);
    const path = `${field}.volumeMounts[${mountPath}]`;
    found.push({ kind: "ConfigMap", name: volume?.configMap?.name, field: path, via: "subPath" });
    found.push({ kind: "Secret", name: volume?.secret?.secretName, field: path, via: "subPath" });
  }
  const references = found.flatMap(({ kind, name, ...rest }) =>
    name !== undefined && isDnsSubdomain(name)
      ? [{ object: { kind, namespace: podRef.namespace, name }, ...rest }]
      : [],
  );
  return [...new Map(references.map((item) => [`${item.object.kind}/${item.object.name}`, item])).values()];
}

import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { refOf } from "../refs.ts";

type Pod = ObjectOf<"pods">;

/** A claim that a Pod's volume names. An ephemeral volume's claim is created under the Pod's and the volume's name. */
export interface PodClaim {
  readonly volume: string;
  readonly name: string;
  readonly ephemeral: boolean;
}

export function claimsOf(pod: Pod): readonly PodClaim[] {
  return (pod.spec?.volumes ?? []).flatMap<PodClaim>(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) {
      return [{ volume: name, name: persistentVolumeClaim.claimName, ephemeral: false }];
    }
    return ephemeral ? [{ volume: name, name: `${pod.metadata.name}-${name}`, ephemeral: true }] : [];
  });
}

/** Pods by `namespace/claim`, to be asked for many claims. */
export function podsByClaim(objects: Pick<Objects, "pods">): ReadonlyMap<string, readonly Pod[]> {
  const byClaim = new Map<string, Pod[]>();
  for (const pod of objects.pods.all) {
    for (const { name } of claimsOf(pod)) {
      const key = claimKey(pod.metadata.namespace, name);
      byClaim.set(key, [...(byClaim.get(key) ?? []), pod]);
    }
  }
  return byClaim;
}

export function claimKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function claimRef(namespace: string, name: string): ObjectRef {
  return { kind: "PersistentVolumeClaim", namespace, name };
}

/** The claim, and the Pods that wait with it for a Node: what suffers when the claim is not bound. */
export function sufferersOf(
  claim: ObjectOf<"persistentVolumeClaims">,
  users: ReadonlyMap<string, readonly Pod[]>,
): readonly ObjectRef[] {
  const pods = users.get(claimKey(claim.metadata.namespace, claim.metadata.name)) ?? [];
  return [refOf(claim), ...pods.filter(({ status }) => status?.phase === "Pending").map(refOf)];
}

/** The StatefulSet that made a claim by one of its volumeClaimTemplates. */
export interface ClaimOrigin {
  readonly set: ObjectOf<"statefulSets">;
  readonly template: ClaimTemplate;
  /** Name of the template. */
  readonly name: string;
}

type ClaimTemplate = NonNullable<
  NonNullable<ObjectOf<"statefulSets">["spec"]>["volumeClaimTemplates"]
>[number];

/** Which StatefulSet made a claim, by its name: template, StatefulSet and ordinal, joined by dashes. */
export function claimOrigins({
  statefulSets,
}: Pick<Objects, "statefulSets">): (claim: ObjectRef) => ClaimOrigin | undefined {
  const byPrefix = new Map<string, ClaimOrigin>();
  for (const set of statefulSets.all) {
    for (const template of set.spec?.volumeClaimTemplates ?? []) {
      const name = template.metadata?.name ?? "";
      byPrefix.set(claimKey(set.metadata.namespace, `${name}-${set.metadata.name}`), { set, template, name });
    }
  }
  return ({ namespace, name }) => {
    const prefix = /^(.+)-\d+$/.exec(name)?.[1];
    return prefix === undefined ? undefined : byPrefix.get(claimKey(namespace, prefix));
  };
}

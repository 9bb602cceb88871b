import { isDnsSubdomain, type KubeObject } from "@k8s-ops/k8s-cluster";
import { nameIn, type Owner, owner } from "./owner.ts";

type Reference = NonNullable<KubeObject["metadata"]["ownerReferences"]>[number];

/** Groups whose controllers are Kubernetes' own: a ReplicaSet of a Pod, a CronJob of a Job, a Node of a static Pod. */
const OWN_GROUPS: ReadonlySet<string> = new Set(["", "apps", "batch"]);
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;

/**
 * The custom resource that the object is made from. Not all operators name themselves its controller: the Operator
 * Lifecycle Manager and Strimzi do not.
 */
export function operator({ metadata }: KubeObject): readonly Owner[] {
  const foreign = (metadata.ownerReferences ?? []).filter(
    ({ apiVersion }) => !OWN_GROUPS.has(groupOf(apiVersion)),
  );
  const found = foreign.find(({ controller }) => controller) ?? foreign[0];
  if (!found) return [];
  return [
    owner(
      "operator",
      "Custom resource",
      nameOf(found),
      "change it there, or its operator reverts the change.",
    ),
  ];
}

function nameOf({ apiVersion, kind, name }: Reference): string | undefined {
  const group = groupOf(apiVersion);
  const checked = nameIn(undefined, name);
  if (checked === undefined || !KIND.test(kind) || !isDnsSubdomain(group)) return undefined;
  return `${kind}.${group} ${checked}`;
}

function groupOf(apiVersion = ""): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

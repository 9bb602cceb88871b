import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";

export type Controller = ObjectOf<"deployments"> | ObjectOf<"statefulSets">;

/** Parts of drivers' names that do not tell one from another. */
const GENERIC = new Set([
  ...["csi", "com", "io", "org", "net", "local", "cluster", "k8s", "storage", "driver", "provisioner"],
  ...["external", "kubernetes", "aws", "cloud", "volume"],
]);

/**
 * The workloads that seem to be the controller of a provisioner: they run a provisioner, and their name has the telling
 * part of its name (`ebs` of `ebs.csi.aws.com`, `local-path` of `rancher.io/local-path`).
 */
export function controllersOf(
  provisioner: string,
  objects: Pick<Objects, "deployments" | "statefulSets">,
): readonly Controller[] {
  const telling = tellingPart(provisioner);
  if (telling === undefined) return [];
  return [...objects.deployments.all, ...objects.statefulSets.all].filter(
    (workload) => workload.metadata.name.includes(telling) && runsProvisioner(workload),
  );
}

function tellingPart(provisioner: string): string | undefined {
  const slash = provisioner.lastIndexOf("/");
  if (slash >= 0) return provisioner.slice(slash + 1) || undefined;
  return provisioner.split(".").find((part) => part.length > 1 && !GENERIC.has(part));
}

function runsProvisioner({ spec }: Controller): boolean {
  const containers = spec?.template?.spec?.containers ?? [];
  return containers.some(({ name, image = "" }) => `${name} ${image}`.includes("provisioner"));
}

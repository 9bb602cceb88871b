import type { KubeObject } from "@k8s-ops/k8s-cluster";
import { nameIn, type Owner, owner, writersOf } from "./owner.ts";

/** `APPLICATION:GROUP/KIND:NAMESPACE/NAME`; an application outside Argo CD's namespace is `NAMESPACE_NAME`. */
const TRACKING_ID = "argocd.argoproj.io/tracking-id";
/** What Argo CD is told to use where `app.kubernetes.io/instance` belongs to charts. */
const INSTANCE = "argocd.argoproj.io/instance";
const WRITERS = ["argocd-controller", "argocd-application-controller"] as const;

/** Source: argoproj/argo-cd common/common.go, docs/user-guide/resource_tracking.md */
export function argoCd(target: KubeObject): readonly Owner[] {
  const { annotations, labels } = target.metadata;
  const application = annotations?.[TRACKING_ID]?.split(":")[0] ?? labels?.[INSTANCE];
  const writers = writersOf(target);
  if (application === undefined && !WRITERS.some((writer) => writers.has(writer))) return [];
  return [
    owner(
      "argo_cd",
      "Argo CD application",
      application === undefined ? undefined : applicationName(application),
      "change it in the Git repository of the application, or the next sync reverts it.",
    ),
  ];
}

function applicationName(application: string): string | undefined {
  const parts = application.split("_");
  if (parts.length === 1) return nameIn(undefined, application);
  const [namespace, name] = parts;
  return parts.length === 2 ? nameIn(namespace, name) : undefined;
}

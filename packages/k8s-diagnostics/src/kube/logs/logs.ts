import type { LogExcerpt, Objects } from "@k8s-ops/k8s-cluster";
import { lastTermination } from "../containers.ts";
import type { Place } from "../places.ts";

/**
 * The log of the run that failed. While a container waits to be restarted the kubelet gives the ended run's log as
 * the current one, too; a container that runs again has it only as the previous one.
 */
export function failureLog(place: Place, objects: Pick<Objects, "logs">): LogExcerpt | undefined {
  const get = (previous: boolean) => {
    const { namespace, name: pod } = place.podRef;
    const log = objects.logs.get({ namespace, pod, container: place.name, previous });
    return log?.lines.some((line) => line.trim() !== "") ? log : undefined;
  };
  const { state } = place.status ?? {};
  if (state?.terminated) return get(false) ?? get(true);
  if (state?.running && !lastTermination(place)) return get(false);
  return get(true) ?? (state?.running ? undefined : get(false));
}

import type { LogExcerpt, ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { logEvidence } from "../../kube/evidence.ts";
import { refOf } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<Objects, "pods" | "logs">;

const TAIL = 200;
const NOT_UNDERSTOOD =
  /upstream sent no valid HTTP\/1\.0 header .{0,1000}?upstream: "https?:\/\/\[?([0-9a-f.:]{2,45}?)\]?:(\d{1,5})[/"]/;
/** As grpc-go and Netty word it. Calls of gRPC are sent with POST; who scrapes or probes sends GET. */
const FROM_HTTP_1 = /received bogus greeting from client: \\?"POST |Unexpected HTTP\/1\.x request: POST /;

/** What ingress controllers say of servers that do not answer in HTTP/1, by the address of the server. */
export function controllerComplaints(objects: Read): ReadonlyMap<string, Evidence> {
  const controllers = objects.pods.all.filter(({ spec }) =>
    (spec?.containers ?? []).some(({ image = "" }) => /ingress|nginx/.test(image)),
  );
  return new Map(
    controllers.flatMap((pod) =>
      linesOf(pod, objects).flatMap(({ log, line }) => {
        const [, address, port] = NOT_UNDERSTOOD.exec(line) ?? [];
        return address === undefined
          ? []
          : [[`${address}:${port}`, logEvidence(refOf(pod), log, line)] as const];
      }),
    ),
  );
}

/** What a gRPC server says of clients that speak HTTP/1. */
export function complaintOfServer(pods: readonly Pod[], objects: Read): Evidence | undefined {
  for (const pod of pods) {
    const found = linesOf(pod, objects).findLast(({ line }) => FROM_HTTP_1.test(line));
    if (found) return logEvidence(refOf(pod), found.log, found.line);
  }
  return undefined;
}

function linesOf(
  pod: Pod,
  { logs }: Pick<Objects, "logs">,
): readonly { readonly log: LogExcerpt; readonly line: string }[] {
  const { namespace, name } = pod.metadata;
  return containersOf(pod).flatMap((container) => {
    const log = logs.get({ namespace, pod: name, container: container.name, previous: false });
    return log ? log.lines.slice(-TAIL).map((line) => ({ log, line: line.slice(0, 4_000) })) : [];
  });
}

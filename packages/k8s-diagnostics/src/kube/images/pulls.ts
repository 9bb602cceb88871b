import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { eventEvidence, fieldEvidence } from "../evidence.ts";
import { containerEvents, type Place, unhealthyPlaces } from "../places.ts";
import { parseImage } from "./images.ts";

/** Why a registry or runtime did not deliver an image. */
export type PullProblem =
  | "not_found"
  | "unauthorized"
  | "platform"
  | "dns"
  | "timeout"
  | "refused"
  | "certificate"
  | "plain_http"
  | "rate_limited"
  | "server_error"
  | "network"
  | "unknown";

/** A container whose image cannot be pulled now. */
export interface PullFailure {
  readonly place: Place;
  readonly problem: PullProblem;
  /** The field with the image, the waiting state, and the event that says why. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

const WAITING = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** In this order: a message about the token service's network is no refusal, and a refusal is no proof of absence. */
const PROBLEMS: readonly (readonly [PullProblem, RegExp])[] = [
  [
    "platform",
    /no match for platform|no matching manifest for|no image found in (?:manifest list|image index) for architecture/i,
  ],
  ["rate_limited", /\b429\b|toomanyrequests|too many requests|pull rate limit/i],
  ["dns", /no such host|server misbehaving|temporary failure in name resolution|lookup .{1,255}: /i],
  ["certificate", /x509:|certificate signed by unknown|certificate has expired|tls: failed to verify/i],
  [
    "plain_http",
    /server gave http response to https client|first record does not look like a tls handshake/i,
  ],
  ["refused", /connection refused/i],
  [
    "timeout",
    /i\/o timeout|tls handshake timeout|deadline exceeded|client\.timeout|request canceled|timed out/i,
  ],
  ["network", /no route to host|network is unreachable|connection reset|unexpected eof|: eof\b|broken pipe/i],
  [
    "unauthorized",
    /pull access denied|insufficient_scope|unauthorized|authentication required|no basic auth credentials|authorization failed|access to the resource is denied|\bdenied\b|\b401\b|\b403\b|failed to authorize|may require '?docker login/i,
  ],
  [
    "not_found",
    /: not found|manifest unknown|name unknown|manifest_unknown|name_unknown|manifest for .{0,300} ?not found|\b404\b/i,
  ],
  [
    "server_error",
    /\b50[0234]\b|registry is unavailable|service unavailable|bad gateway|internal server error/i,
  ],
];

/** What a runtime's message says; names inside it (they may hold any of these words) are left out. */
export function pullProblem(message: string, image: string | undefined): PullProblem {
  const text = withoutNames(message, image);
  return PROBLEMS.find(([, pattern]) => pattern.test(text))?.[0] ?? "unknown";
}

export function pullFailures(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "events">,
): readonly PullFailure[] {
  return unhealthyPlaces(objects).flatMap((place) => {
    const waiting = place.status?.state?.waiting;
    if (!waiting || !WAITING.has(waiting.reason ?? "")) return [];
    const event = containerEvents(place, objects, "Failed").find(({ message }) =>
      message?.startsWith("Failed to pull image"),
    );
    const own = pullProblem(waiting.message ?? "", place.spec.image);
    const problem =
      own !== "unknown" || event === undefined ? own : pullProblem(event.message ?? "", place.spec.image);
    return [
      {
        place,
        problem,
        evidence: [
          fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
          fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, waiting),
          ...(event ? [eventEvidence(place.podRef, event)] : []),
        ] as const,
      },
    ];
  });
}

function withoutNames(message: string, image: string | undefined): string {
  const parsed = parseImage(image);
  const names = [
    image,
    parsed && `${parsed.registry}/${parsed.repository}`,
    parsed?.repository,
    ...(parsed?.repository.split("/").slice(-1) ?? []).filter((part) => part.length > 4),
  ];
  return names
    .filter((name) => name !== undefined && name !== "")
    .reduce<string>((text, name) => text.replaceAll(name ?? "", "IMAGE"), message.slice(0, 4_000))
    .replaceAll(/https?:\/\/[^\s"]{1,1000}/g, "URL")
    .replaceAll(/\[manifests [^\]]{1,140}\]/g, "");
}

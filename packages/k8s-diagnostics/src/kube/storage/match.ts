import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { parseQuantity } from "../quantity.ts";
import { matchesSelector } from "../selectors.ts";

type Claim = ObjectOf<"persistentVolumeClaims">;
type Volume = ObjectOf<"persistentVolumes">;

/** A term of the claim that a volume does not meet: the fields of the volume and the claim, and their values. */
export interface Unmet {
  readonly term: "claimRef" | "phase" | "class" | "size" | "accessModes" | "volumeMode" | "selector" | "name";
  readonly field: string;
  readonly value: string | undefined;
  readonly claimField: string;
  readonly wanted: string | undefined;
}

/**
 * Why this volume cannot be bound to the claim; empty when it can.
 * Source: k8s.io/component-helpers storage/volume FindMatchingVolume
 */
export function unmetTerms(
  claim: Claim,
  className: string,
  { spec, status, metadata }: Volume,
): readonly Unmet[] {
  const wanted = claim.spec;
  const modes = wanted?.accessModes ?? [];
  const size = wanted?.resources?.requests?.storage;
  const mode = wanted?.volumeMode ?? "Filesystem";
  const owner = spec?.claimRef;
  const reserved =
    owner !== undefined &&
    (owner.namespace !== claim.metadata.namespace ||
      owner.name !== claim.metadata.name ||
      (owner.uid !== undefined && owner.uid !== claim.metadata.uid));
  const tests: readonly (readonly [boolean, Unmet])[] = [
    [
      !reserved,
      {
        term: "claimRef",
        field: "spec.claimRef",
        value: owner && `${owner.namespace}/${owner.name}`,
        claimField: "metadata.name",
        wanted: claim.metadata.name,
      },
    ],
    [
      reserved || status?.phase === undefined || status.phase === "Available" || owner !== undefined,
      {
        term: "phase",
        field: "status.phase",
        value: status?.phase,
        claimField: "status.phase",
        wanted: "Pending",
      },
    ],
    [
      (spec?.storageClassName ?? "") === className,
      {
        term: "class",
        field: "spec.storageClassName",
        value: spec?.storageClassName,
        claimField: "spec.storageClassName",
        wanted: className,
      },
    ],
    [
      (parseQuantity(spec?.capacity?.storage) ?? 0) >= (parseQuantity(size) ?? 0),
      {
        term: "size",
        field: "spec.capacity.storage",
        value: spec?.capacity?.storage,
        claimField: "spec.resources.requests.storage",
        wanted: size,
      },
    ],
    [
      modes.every((one) => spec?.accessModes?.includes(one)),
      {
        term: "accessModes",
        field: "spec.accessModes",
        value: spec?.accessModes?.join(", "),
        claimField: "spec.accessModes",
        wanted: modes.join(", "),
      },
    ],
    [
      (spec?.volumeMode ?? "Filesystem") === mode,
      {
        term: "volumeMode",
        field: "spec.volumeMode",
        value: spec?.volumeMode,
        claimField: "spec.volumeMode",
        wanted: mode,
      },
    ],
    [
      wanted?.selector === undefined || matchesSelector(wanted.selector, metadata.labels),
      {
        term: "selector",
        field: "metadata.labels",
        value: JSON.stringify(metadata.labels ?? {}),
        claimField: "spec.selector",
        wanted: JSON.stringify(wanted?.selector),
      },
    ],
    [
      !wanted?.volumeName || wanted.volumeName === metadata.name,
      {
        term: "name",
        field: "metadata.name",
        value: metadata.name,
        claimField: "spec.volumeName",
        wanted: wanted?.volumeName,
      },
    ],
  ];
  return tests.filter(([met]) => !met).map(([, unmet]) => unmet);
}

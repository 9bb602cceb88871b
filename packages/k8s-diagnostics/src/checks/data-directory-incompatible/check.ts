import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseImage, withTag } from "../../kube/images/images.ts";
import { logsAbout, messageOf, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { imageOf } from "../../kube/remedy-parts.ts";

export const dataDirectoryIncompatible = defineCheck({
  id: "data_directory_incompatible",
  title: "Database server cannot use the data directory that it finds",
  when: "the log of a failing container says that its data directory is of another version of the server, or is not empty though none was initialised there",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({
    objects,
    asOf,
  }: {
    objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs">;
    asOf: string;
  }) => logsAbout("data_directory", objects, asOf).map(findingOf),
});

const NOT_EMPTY = /exists but is not empty|has files in it|is not a database cluster directory/i;
const VERSIONS =
  /initialized by PostgreSQL version (\d{1,2})(?:\.\d{1,2})?, which is not compatible with this version (\d{1,2})/;
const POSTGRES_DATA = "/var/lib/postgresql/data";

function findingOf({ place, trouble, said }: TroubledLog): Finding {
  const text = messageOf(trouble);
  const isNotEmpty = NOT_EMPTY.test(text);
  const detail = trouble.block.find((line) => VERSIONS.test(line) && line !== trouble.line);
  const [, from, to] = VERSIONS.exec(text) ?? [];
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  return containerCause(place, {
    title: isNotEmpty
      ? `${who} finds a directory that is not empty where it wants to initialise its data`
      : `${who} finds data of another version of the server`,
    confidence: trouble.confidence,
    evidence: [
      said(trouble.line),
      ...(detail === undefined ? [] : [said(detail)]),
      fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
      fieldEvidence(place.workload, `${place.field}.volumeMounts`, place.spec.volumeMounts),
    ],
    details: { container: place.name, ...(from !== undefined && { data_version: from, server_version: to }) },
    remedies: isNotEmpty ? [subdirectory(place)] : [...olderImage(place, from), upgrade(place)],
  });
}

/** A fresh disk has a `lost+found` directory. */
function subdirectory(place: Place): Remedy {
  const isDefault = place.spec.volumeMounts?.some(({ mountPath }) => mountPath === POSTGRES_DATA) === true;
  return {
    step: `Let the server of container ${place.name} of ${nameOf(place.workload)} use a directory below the mount (PGDATA, datadir), or mount the volume with a subPath.`,
    ...(isDefault && {
      patch: containerPatch(place, { env: [{ name: "PGDATA", value: `${POSTGRES_DATA}/pgdata` }] }),
    }),
  };
}

function olderImage(place: Place, version: string | undefined): readonly Remedy[] {
  const image = parseImage(place.spec.image);
  if (version === undefined || !image?.tag || place.spec.image === undefined) return [];
  const tag = image.tag.replace(/^\d{1,3}(?:\.\d{1,3}){0,3}/, version);
  if (tag === image.tag) return [];
  const older = withTag(place.spec.image, tag);
  return [
    {
      step: `Set the image of container ${place.name} of ${nameOf(place.workload)} back to version ${version}, which wrote the data.`,
      ...imageOf(place, older),
    },
  ];
}

function upgrade({ name, workload }: Place): Remedy {
  return {
    step: `Or upgrade the data of container ${name} of ${nameOf(workload)} with the server's own tool (pg_upgrade, dump and restore) before the new version starts.`,
  };
}

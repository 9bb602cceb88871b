import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { parseImage, sameRepository, withTag } from "../../kube/images/images.ts";
import { type Place, placesOf } from "../../kube/places.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refKey } from "../../kube/refs.ts";
import { imageOf } from "../../kube/remedy-parts.ts";

export const imageTagNotPinned = defineCheck({
  id: "image_tag_not_pinned",
  title: "Image has no tag of its own",
  when: "a container of an unfinished Pod runs an image with the tag latest or with neither tag nor digest: what runs can differ from Pod to Pod, and no rollback brings the old image back",
  severity: "low",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects }) => [...floating(objects).values()].map(findingOf),
});

/** One place for each container of each workload. */
function floating(objects: Pick<Objects, "pods" | "replicaSets" | "jobs">): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const pod of objects.pods.all) {
    const isFloating = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].some(
      ({ image }) => floats(image),
    );
    if (!isFloating || isFinished(pod)) continue;
    for (const place of placesOf(pod, objects)) {
      if (floats(place.spec.image)) found.set(`${refKey(place.workload)}/${place.name}`, place);
    }
  }
  return found;
}

function floats(image: string | undefined): boolean {
  const parsed = parseImage(image);
  return parsed !== undefined && parsed.digest === undefined && (parsed.tag ?? "latest") === "latest";
}

function findingOf(place: Place): Finding {
  const { workload, field, name, spec } = place;
  return {
    object: workload,
    subject: name,
    title: `The image of container ${name} of ${nameOf(workload)} has no tag of its own`,
    confidence: "certain",
    evidence: [fieldEvidence(workload, `${field}.image`, spec.image)],
    details: { container: name },
    remedies: [
      {
        step: `Give ${field}.image of ${nameOf(workload)} the tag of a version, or the digest of what runs.`,
        ...pinned(place),
      },
    ],
  };
}

/** The image by the digest that the container runs now. */
function pinned(place: Place): Pick<Remedy, "object" | "patch" | "call"> {
  const asked = parseImage(place.spec.image);
  const running = parseImage(place.status?.imageID?.replace(/^docker-pullable:\/\//, ""));
  if (!asked || !running?.digest || !sameRepository(asked, running)) return {};
  return imageOf(place, `${withTag(place.spec.image ?? "", "").slice(0, -1)}@${running.digest}`);
}

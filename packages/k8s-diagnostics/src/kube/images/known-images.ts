import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { nearestName } from "../nearest.ts";
import { refOf } from "../refs.ts";
import { type ImageReference, parseImage, sameRepository, withTag } from "./images.ts";

interface KnownImage {
  readonly reference: ImageReference;
  readonly image: string;
  readonly seenOn: ObjectRef;
  readonly field: string;
}

/** Images that exist: those on Nodes, and those of containers that have run. */
export function knownImages(objects: Pick<Objects, "pods" | "nodes">): readonly KnownImage[] {
  const byImage = new Map<string, KnownImage>();
  const add = (image: string, seenOn: ObjectRef, field: string) => {
    const reference = parseImage(image);
    if (reference?.tag !== undefined && !byImage.has(image))
      byImage.set(image, { reference, image, seenOn, field });
  };
  for (const node of objects.nodes.all) {
    for (const { names = [] } of node.status?.images ?? []) {
      for (const name of names) add(name, refOf(node), "status.images");
    }
  }
  for (const pod of objects.pods.all) {
    for (const { name, image, imageID } of pod.status?.containerStatuses ?? []) {
      if (imageID !== "") add(image, refOf(pod), `status.containerStatuses[${name}].image`);
    }
  }
  return [...byImage.values()];
}

/**
 * The image that was most likely meant: the nearest tag of the same repository, else its only known tag, else the
 * nearest repository of the same registry.
 */
export function suggestImage(
  wanted: string | undefined,
  known: readonly KnownImage[],
): Pick<KnownImage, "image" | "seenOn" | "field"> | undefined {
  const reference = parseImage(wanted);
  if (wanted === undefined || reference === undefined) return undefined;
  const tags = new Map(
    known
      .filter((other) => sameRepository(other.reference, reference) && other.reference.tag !== reference.tag)
      .map((other) => [other.reference.tag ?? "", other]),
  );
  const tag =
    nearestName(reference.tag ?? "latest", tags.keys()) ??
    (tags.size === 1 ? [...tags.keys()][0] : undefined);
  const sibling = tag === undefined ? undefined : tags.get(tag);
  if (sibling && tag !== undefined) return { ...sibling, image: withTag(wanted, tag) };
  return tags.size > 0 ? undefined : nearestRepository(reference, known);
}

function nearestRepository(wanted: ImageReference, known: readonly KnownImage[]): KnownImage | undefined {
  const candidates = new Map(
    known
      .filter(({ reference }) => reference.registry === wanted.registry && reference.tag === wanted.tag)
      .map((other) => [other.reference.repository, other]),
  );
  const repository = nearestName(wanted.repository, candidates.keys());
  return repository === undefined || isFar(repository, wanted.repository)
    ? undefined
    : candidates.get(repository);
}

/** Repositories share long prefixes: at most two letters may differ, and the namespace must be the same. */
function isFar(a: string, b: string): boolean {
  return (
    a.split("/").slice(0, -1).join("/") !== b.split("/").slice(0, -1).join("/") ||
    Math.abs(a.length - b.length) > 2
  );
}

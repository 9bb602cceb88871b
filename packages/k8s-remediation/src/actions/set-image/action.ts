import { parseImage } from "@k8s-ops/k8s-diagnostics/kube";
import { defineAction } from "../../action.ts";
import {
  containerPatch,
  containerPointer,
  locate,
  named,
  type RolledInput,
  type RolledResource,
  rolled,
  rolledOut,
} from "../rolled.ts";

export interface SetImageInput extends RolledInput {
  readonly container: string;
  readonly image: string;
}

/** `kubectl set image`. Source: k8s.io/kubectl pkg/cmd/set/set_image.go */
export const setImage = defineAction<RolledResource, SetImageInput>({
  id: "set_image",
  ...rolled,
  plan({ resource, namespace, name, container, image }, { target }) {
    if (!parseImage(image)) {
      return {
        refused: "invalid_image",
        message: "The image is no valid reference: [REGISTRY/]NAME[:TAG][@DIGEST].",
      };
    }
    const found = locate(target, container);
    if ("refused" in found) return found;
    const old = found.container.image;
    if (old === image)
      return { unchanged: `Container ${container} of ${named(target)} has this image already.` };
    const object = { resource, namespace, name };
    const change = { path: containerPointer(found, "image"), before: old, after: image };
    return {
      summary: `Give container ${container} of ${named(target)} another image.`,
      writes: [{ verb: "patch", object, patch: containerPatch(found, container, { image }) }],
      facts: { old_image: old ?? null, new_image: image },
      undo: { by: "fields", object, changes: [change] },
      ends: [],
      rollsOut: true,
    };
  },
  verify: (_, __, { target }) => rolledOut(target),
});

import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import {
  blockingWebhook,
  failedConversions,
  ownerOfFinalizer,
  remainingFinalizers,
  remainingResources,
  undiscovered,
} from "../../kube/admission/namespace-deletion.ts";
import { findWebhook, type WEBHOOK_READS, webhookService } from "../../kube/admission/webhooks.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Namespace = ObjectOf<"namespaces">;
type Input = Pick<Objects, "customResourceDefinitions" | (typeof WEBHOOK_READS)[number]>;

export interface Obstacle {
  /** How the title goes on. */
  readonly words: string;
  readonly step: string;
  readonly because: readonly ObjectRef[];
}

export function obstacleOf(
  namespace: Namespace,
  type: string | undefined,
  holders: readonly ObjectRef[],
  objects: Input,
): Obstacle {
  switch (type) {
    case "NamespaceDeletionDiscoveryFailure":
    case "NamespaceDeletionGroupVersionParsingFailure":
      return discovery(namespace);
    case "NamespaceDeletionContentFailure":
      return content(namespace, holders, objects);
    default:
      return remains(namespace, type, holders, objects);
  }
}

function discovery(namespace: Namespace): Obstacle {
  const because = undiscovered(namespace);
  const [first] = because;
  return {
    words: first
      ? `${nameOf(first)} does not answer, so that its objects cannot be listed`
      : "an API group does not answer, so its objects cannot be listed",
    step: `Repair or delete ${first ? nameOf(first) : "the APIService that does not answer"}: an unavailable API group blocks the deletion of every namespace.`,
    because,
  };
}

function content(namespace: Namespace, holders: readonly ObjectRef[], objects: Input): Obstacle {
  const name = blockingWebhook(namespace);
  if (name !== undefined) {
    const webhook = findWebhook(name, objects);
    const service = webhookService(webhook, "");
    return {
      words: `the admission webhook ${name} keeps some of its content`,
      step: `Repair the webhook ${name}, or delete ${webhook ? nameOf(webhook.configuration) : "its configuration"} when what it belongs to is gone.`,
      because: [...(webhook ? [webhook.configuration] : []), ...(service ? [service] : [])],
    };
  }
  const [failed] = failedConversions(namespace);
  const definition =
    failed &&
    objects.customResourceDefinitions.all.find(
      ({ spec }) => spec?.group === failed.group && spec.names?.kind === failed.kind,
    );
  if (definition) {
    const ref = refOf(definition);
    return {
      words: `objects of ${nameOf(ref)} cannot be converted`,
      step: `Repair the conversion webhook of ${nameOf(ref)}; its objects can be deleted only then.`,
      because: [ref],
    };
  }
  return {
    ...remains(namespace, undefined, holders, objects),
    words: "some of its content cannot be deleted",
  };
}

function remains(
  namespace: Namespace,
  type: string | undefined,
  holders: readonly ObjectRef[],
  objects: Input,
): Obstacle {
  const [finalizer] = remainingFinalizers(namespace);
  const [resource] = remainingResources(namespace);
  const [holder] = holders;
  const definition =
    resource && objects.customResourceDefinitions.get("", resource.name)
      ? { kind: "CustomResourceDefinition", namespace: "", name: resource.name }
      : undefined;
  const what = holder ? nameOf(holder) : resource ? `its ${resource.name}` : "objects in it";
  const because = definition ? [definition] : [];
  if (finalizer) {
    return {
      words: `the finalizer ${finalizer.name} holds ${what}`,
      step: `See that ${ownerOfFinalizer(finalizer.name)} runs and finishes its work on ${what}; remove ${finalizer.name} from the object only when that is gone for good.`,
      because,
    };
  }
  return {
    words:
      type === undefined
        ? "nothing tells what holds it"
        : type === "NamespaceFinalizersRemaining"
          ? "finalizers hold objects in it"
          : resource
            ? `${what} remain in it`
            : "objects remain in it",
    step: holder
      ? `Let the controller that owns the finalizers of ${nameOf(holder)} finish; remove them from the object only when that controller is gone for good.`
      : "Find the objects that remain (the condition names their kinds and finalizers) and the controllers that should release them.",
    because,
  };
}

import { type ApiClient, ApiError, forEachBounded, type KubeObject } from "./api.ts";

/** A resource of the API server that can be listed and deleted. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface InventoryItem {
  readonly resource: Resource;
  readonly object: KubeObject;
}

export interface Inventory {
  readonly items: readonly InventoryItem[];
  /** What could not be listed, with the reason. */
  readonly failures: readonly string[];
}

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly scope: string;
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}

/** Resources that follow from others, or that report instead of being made by somebody. */
const skipped = new Set(["events", "csinodes", "ipaddresses", "componentstatuses"]);

/** The path of a resource, of one namespace if given. */
export function resourcePath(resource: Resource, namespace?: string): string {
  const base =
    resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  return `${base}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${resource.plural}`;
}

/** The path of one object. */
export function objectPath({ resource, object }: InventoryItem): string {
  return `${resourcePath(resource, object.metadata.namespace)}/${object.metadata.name}`;
}

/** An object's name across the whole cluster. */
export function objectKey({ resource, object }: InventoryItem): string {
  const { namespace = "", name } = object.metadata;
  return [resource.plural + (resource.group === "" ? "" : `.${resource.group}`), namespace, name].join("/");
}

/** From the API server's discovery, each resource once, in its preferred version. */
export function resourcesIn(discovery: Discovery): Resource[] {
  return discovery.items.flatMap((group) => {
    const found = new Map<string, Resource>();
    for (const { version, resources = [] } of group.versions) {
      for (const { resource: plural, scope, verbs } of resources) {
        const usable = verbs.includes("list") && verbs.includes("delete") && !skipped.has(plural);
        if (!usable || found.has(plural)) continue;
        found.set(plural, {
          group: group.metadata.name ?? "",
          version,
          plural,
          namespaced: scope === "Namespaced",
        });
      }
    }
    return [...found.values()];
  });
}

/** Lists the metadata of every object in the cluster. */
export async function takeInventory(api: ApiClient): Promise<Inventory> {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const discoveries = await Promise.all(
    ["/api", "/apis"].map((path) => api.json<Discovery>({ path, accept })),
  );
  const resources = discoveries.flatMap(resourcesIn);
  const items: InventoryItem[] = [];
  const failures: string[] = [];
  await forEachBounded(resources, 16, async (resource) => {
    try {
      for (const object of await listMetadata(api, resource)) items.push({ resource, object });
    } catch (error) {
      // A resource may go away between discovery and list; a broken one hides what it holds.
      if (!(error instanceof ApiError)) throw error;
      if (error.status !== 404) failures.push(error.message);
    }
  });
  return { items, failures };
}

async function listMetadata(api: ApiClient, resource: Resource): Promise<readonly KubeObject[]> {
  const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
  const list = await api.json<{ items: readonly KubeObject[] | null }>({
    path: resourcePath(resource),
    accept,
  });
  return list.items ?? [];
}

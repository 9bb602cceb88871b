import type { Remedy } from "../../check.ts";
import { type MountedPath, mountOf } from "../../kube/config/mounts.ts";
import { pathsIn } from "../../kube/logs/file-phrases.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { containerPatch, nest, type PatchValue, podSpecPatch } from "../../kube/patch.ts";
import type { Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** The volume of the container in which a file that the line names lies. */
export function mountIn(text: string, place: Place): MountedPath | undefined {
  return pathsIn(text)
    .map((path) => mountOf(place, path))
    .find(Boolean);
}

export function remedies(place: Place, text: string, readOnly: boolean): readonly Remedy[] {
  if (readOnly) return [writable(place, text)];
  if (/\bbind\b|listen/i.test(text)) return [lowPort(place)];
  const mount = mountIn(text, place);
  if (mount?.object && (mount.type === "ConfigMap" || mount.type === "Secret"))
    return [executable(place, mount)];
  const hasClaims =
    place.pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim) === true;
  const isOnVolume = mount ? mount.type === "PersistentVolumeClaim" || mount.type === "other" : hasClaims;
  return [...(isOnVolume ? [ownVolume(place)] : []), ownFiles(place)];
}

/** Directories that programs write to by habit; others are not repeated from a log. */
const SCRATCH = ["/tmp", "/var/tmp", "/var/cache/nginx", "/var/run", "/run", "/var/log/nginx", "/var/cache"];

function writable(place: Place, text: string): Remedy {
  const { name, workload, field, role } = place;
  const directory = SCRATCH.find((path) =>
    pathsIn(text).some((file) => file === path || file.startsWith(`${path}/`)),
  );
  const step = `Mount an emptyDir volume where container ${name} of ${nameOf(workload)} writes, or correct ${field}.volumeMounts[].readOnly.`;
  const mount = mountIn(text, place);
  if (directory === undefined || mount) return { step };
  const volume = `scratch${directory.replaceAll("/", "-")}`;
  const mounting: Readonly<Record<string, PatchValue>> = {
    volumeMounts: [{ name: volume, mountPath: directory }],
  };
  return {
    step,
    patch: podSpecPatch(workload.kind, {
      ...nest([role === "container" ? "containers" : "initContainers", { name }], mounting),
      volumes: [{ name: volume, emptyDir: {} }],
    }),
  };
}

function lowPort(place: Place): Remedy {
  const { name, workload, field } = place;
  return {
    step: `Let container ${name} listen on a port above 1023, or add the capability NET_BIND_SERVICE in ${field}.securityContext of ${nameOf(workload)}.`,
    patch: containerPatch(place, { securityContext: { capabilities: { add: ["NET_BIND_SERVICE"] } } }),
  };
}

const EXECUTABLE = 0o755;

/** Files from ConfigMaps and Secrets cannot be executed, and belong to root, unless the volume says otherwise. */
function executable({ workload, pod }: Place, { volume, type, field }: MountedPath): Remedy {
  const source = pod.spec?.volumes?.find(({ name }) => name === volume);
  const part = type === "ConfigMap" ? "configMap" : "secret";
  return {
    step: `Set defaultMode of the volume of ${field} of ${nameOf(workload)} so that the program's user may read, and execute, its files: 0755 for scripts.`,
    ...(source?.[part] && {
      patch: podSpecPatch(workload.kind, {
        volumes: [{ name: volume, [part]: { defaultMode: EXECUTABLE } }],
      }),
    }),
  };
}

/** The kubelet gives a volume's files to this group, where the volume's driver lets it. */
function ownVolume({ workload, pod, spec }: Place): Remedy {
  const base = podSpecPath(workload.kind);
  const given = pod.spec?.securityContext?.fsGroup;
  if (given !== undefined) {
    return {
      step: `The volume does not take on fsGroup ${given} of ${nameOf(workload)} (hostPath and many NFS volumes do not): change the owner of its files there, or by an init container that runs as root.`,
    };
  }
  const group =
    spec.securityContext?.runAsGroup ??
    pod.spec?.securityContext?.runAsGroup ??
    spec.securityContext?.runAsUser ??
    pod.spec?.securityContext?.runAsUser;
  return {
    step: `Set ${base}.securityContext.fsGroup of ${nameOf(workload)} to the group that the program runs as, so that it may write to its volumes.`,
    ...(group !== undefined &&
      group > 0 && { patch: podSpecPatch(workload.kind, { securityContext: { fsGroup: group } }) }),
  };
}

function ownFiles({ name, workload, field }: Place): Remedy {
  return {
    step: `Make the files belong to the user of container ${name} in the image, or set ${field}.securityContext.runAsUser of ${nameOf(workload)} to their owner.`,
  };
}

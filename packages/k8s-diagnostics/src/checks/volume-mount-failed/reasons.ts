import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";
import type { PatchValue } from "../../kube/patch.ts";

export interface MountReason {
  /** How the title goes on. */
  readonly tail: string;
  /** `volume` is the field of the volume, and whose it is. */
  step(volume: string): string;
  /** A change of the volume in the Pod template. */
  readonly change?: Readonly<Record<string, PatchValue>>;
}

/** By the words of the kubelet, of mount, and of CSI drivers; the first that fits. */
const REASONS: readonly (readonly [RegExp, MountReason])[] = [
  [
    /hostPath type check failed: .{1,1000} is not a directory/,
    {
      tail: ": its Node has no such directory",
      step: (volume) =>
        `Create the directory on the Node, correct the path of ${volume}, or let the kubelet make an empty one: type DirectoryOrCreate.`,
      change: { hostPath: { type: "DirectoryOrCreate" } },
    },
  ],
  [
    /hostPath type check failed: .{1,1000} is not a (?:file|socket file|character device|block device)|hostPath type check failed/,
    {
      tail: ": what lies at its path on the Node is of another type, or nothing does",
      step: (volume) => `Correct hostPath.path or hostPath.type of ${volume}, or provide it on the Node.`,
    },
  ],
  [
    /SecretProviderClass\S{0,80} "?[^" ]{1,253}"? not found|failed to get secretproviderclass/i,
    {
      tail: ": the SecretProviderClass that it names does not exist",
      step: (volume) =>
        `Create the SecretProviderClass in the Pod's namespace, or correct csi.volumeAttributes.secretProviderClass of ${volume}.`,
    },
  ],
  [
    /failed to mount secrets store objects|provider not found: provider/i,
    {
      tail: ": the secret store does not give its secrets",
      step: (volume) =>
        `See in the message whether a secret is missing in the store or access is refused, and correct the SecretProviderClass of ${volume} or the rights of the Pod's ServiceAccount.`,
    },
  ],
  [
    /access denied by server|mount error\(13\)|Output: .{0,500}Permission denied/is,
    {
      tail: ": its server refuses the Node",
      step: (volume) =>
        `Let the server of ${volume} export the share to the Nodes' addresses, or correct the credentials.`,
    },
  ],
  [
    /Failed to resolve server|Name or service not known|could not resolve address|Temporary failure in name resolution/i,
    {
      tail: ": the name of its server cannot be resolved on the Node",
      step: (volume) =>
        `Correct the server of ${volume}: Nodes resolve names without the cluster's DNS, so that names of Services do not work here.`,
    },
  ],
  [
    /Connection timed out|Connection refused|No route to host|Host is down|mount error\(11[0-9]\)/i,
    {
      tail: ": its server cannot be reached from the Node",
      step: (volume) =>
        `See that the server of ${volume} runs and that the Node reaches it: address, port 2049 or 445, firewalls.`,
    },
  ],
  [
    /mounting .{1,1000} failed, reason given by server: No such file or directory|mount error\(2\)/i,
    {
      tail: ": its server does not have the path",
      step: (volume) => `Correct the path of ${volume}, or export it on the server.`,
    },
  ],
  [
    /bad option; for several filesystems|you might need a \/sbin\/mount\.|unknown filesystem type/i,
    {
      tail: ": its Node lacks the program that mounts it",
      step: (volume) =>
        `Install the mount helper that ${volume} needs on the Nodes, such as nfs-common or cifs-utils.`,
    },
  ],
  [
    /wrong fs type, bad option, bad superblock|can't read superblock|structure needs cleaning|fsck.{0,80}errors/i,
    {
      tail: ": its file system is damaged or of another type",
      step: (volume) => `Check the file system of ${volume} on the Node, and its fsType.`,
    },
  ],
  [
    /path "[^"]{1,1000}" does not exist/,
    {
      tail: ": the local directory of its PersistentVolume does not exist on the Node",
      step: (volume) => `Create on the Node the directory that the PersistentVolume of ${volume} names.`,
    },
  ],
  [
    /AttachVolume\.Attach failed.{0,500}(?:NotFound|not found|does not exist)/is,
    {
      tail: ": the disk behind it is gone",
      step: (volume) =>
        `Look in the storage for the disk of ${volume}; restore it from a backup when it has been deleted.`,
    },
  ],
  [
    /already exists\b.{0,80}$|operation with the given Volume ID .{1,253} already exists/is,
    {
      tail: ": its driver still works on an earlier try",
      step: (volume) => `Look at the driver of ${volume}: an earlier call for it has not come back.`,
    },
  ],
  [
    /already mounted or .{1,1000} busy/i,
    {
      tail: ": its device is in use on the Node",
      step: (volume) =>
        `Find on the Node what uses the device of ${volume}: another mount, multipath, or LVM.`,
    },
  ],
  [
    /timed out waiting for external-attacher|DeadlineExceeded|deadline exceeded|timed out waiting/i,
    {
      tail: ": it takes too long",
      step: (volume) =>
        `Look at the driver of ${volume}, its controller and its Pod on the Node: they do not answer in time.`,
    },
  ],
];

export function reasonFor(message: string): MountReason | undefined {
  const text = message.slice(0, 4_000);
  const found = REASONS.find(([pattern]) => pattern.test(text))?.[1];
  const attacher = /external-attacher of (\S{1,253}) CSI driver/.exec(text)?.[1];
  if (found === undefined || attacher === undefined || !isDnsSubdomain(attacher)) return found;
  return {
    tail: `: the attacher of the CSI driver ${attacher} does not answer`,
    step: () =>
      `Look at the controller of the CSI driver ${attacher}: its container csi-attacher, and the log of the driver.`,
  };
}

import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";

/** As the kubelet's CSI plug-in and the attach controller word it. */
const FORMS = [
  /driver name (\S{1,253}) not found in the list of registered CSI drivers/,
  /CSINode \S{1,253} does not contain driver (\S{1,253})/,
];

/** The CSI driver that a message of FailedMount or FailedAttachVolume says is not on the Node. */
export function driverNotRegistered(message: string): string | undefined {
  for (const form of FORMS) {
    const name = form.exec(message)?.[1]?.replace(/[.,;:]+$/, "");
    if (name !== undefined && isDnsSubdomain(name)) return name;
  }
  return undefined;
}

type DaemonSet = ObjectOf<"daemonSets">;

/**
 * The DaemonSet that brings the driver to the Nodes: the driver's socket lies below a directory of its name, which it
 * mounts; or it registers a driver, and its name or images have a word of this one's.
 */
export function nodePartOf(
  driver: string,
  { daemonSets }: Pick<Objects, "daemonSets">,
): DaemonSet | undefined {
  const byDirectory = daemonSets.all.find((set) => mountsSocketOf(set, driver));
  if (byDirectory) return byDirectory;
  const words = driver
    .split(/[.-]/)
    .filter((word) => word.length > 1 && !GENERIC.has(word))
    .slice(0, MAX_WORDS);
  return daemonSets.all.find((set) => registersDriver(set) && hasWord(set, words));
}

const MAX_WORDS = 4;
/** Parts of drivers' names that tell nothing of which driver it is. */
const GENERIC = new Set(
  "csi com io org net dev k8s driver drivers storage plugin aws amazonaws azure gke google cloud example".split(
    " ",
  ),
);

function mountsSocketOf({ spec }: DaemonSet, driver: string): boolean {
  return (
    spec?.template?.spec?.volumes?.some(({ hostPath }) =>
      hostPath?.path
        .split("/")
        .some((part, index, parts) => part === driver && parts[index - 1] === "plugins"),
    ) ?? false
  );
}

function registersDriver({ spec }: DaemonSet): boolean {
  return (
    spec?.template?.spec?.containers.some(({ name, image = "" }) =>
      /(?:^|[-/])(?:node-)?driver-registrar\b/.test(`${name} ${image}`),
    ) ?? false
  );
}

function hasWord({ metadata, spec }: DaemonSet, words: readonly string[]): boolean {
  const texts = [metadata.name, ...(spec?.template?.spec?.containers ?? []).map(({ image = "" }) => image)];
  return words.some((word) => texts.some((text) => text.includes(word)));
}

import { isDnsSubdomain } from "@k8s-ops/k8s-cluster";

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

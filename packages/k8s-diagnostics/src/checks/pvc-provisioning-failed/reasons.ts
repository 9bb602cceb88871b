export interface ProvisioningReason {
  /** How the title goes on. */
  readonly tail: string;
  /** What must change. */
  readonly on: "claim" | "class";
  step(claim: string, storageClass: string): string;
}

/** By the words of the drivers of this world; the first that fits. */
const REASONS: readonly (readonly [RegExp, ProvisioningReason])[] = [
  [
    /access ?modes?\b|ReadWriteMany|volume capabilit|capability at index/i,
    {
      tail: ": it does not have the access modes that are asked for",
      on: "claim",
      step: (claim, storageClass) =>
        `Create ${claim} again with ReadWriteOnce, or with a class that shares volumes between Nodes: ${storageClass} does not offer these access modes.`,
    },
  ],
  [
    /claim\.Spec\.Selector is not supported/,
    {
      tail: ": it does not support a selector",
      on: "claim",
      step: (claim) => `Create ${claim} again without spec.selector.`,
    },
  ],
  [
    /secrets? "?[^" ]{0,253}"? not found|failed to get .{0,80}secret|error getting secret|provisioner secret/i,
    {
      tail: ": a Secret that its class names is missing",
      on: "class",
      step: (_, storageClass) => `Create the Secret that the parameters of ${storageClass} name.`,
    },
  ],
  [
    /ResourceExhausted|quota|limit ?exceeded|(?:not enough|insufficient) (?:free |available )?(?:space|storage|capacity)|no space left|out of (?:space|capacity)/i,
    {
      tail: ": there is no room or quota for it",
      on: "class",
      step: (claim, storageClass) =>
        `Make room in the storage behind ${storageClass}, raise its quota, or create ${claim} again with a smaller request.`,
    },
  ],
  [
    /Unauthorized|Access ?Denied|Unauthenticated|PermissionDenied|not authorized|forbidden|credential/i,
    {
      tail: ": the storage refuses its credentials",
      on: "class",
      step: (_, storageClass) =>
        `Give the storage driver behind ${storageClass} valid credentials with the right to make volumes.`,
    },
  ],
  [
    /topology|accessibility requirements|zone/i,
    {
      tail: ": no place fits that the class allows",
      on: "class",
      step: (_, storageClass) =>
        `Compare allowedTopologies of ${storageClass} with the topology labels of the Nodes, and see that the driver runs on them.`,
    },
  ],
  [
    /InvalidArgument|invalid (?:parameter|option|value)|unknown parameter|unrecognized/i,
    {
      tail: ": the parameters of its class are wrong",
      on: "class",
      step: (_, storageClass) =>
        `Create ${storageClass} again with parameters that the driver knows: they cannot be changed.`,
    },
  ],
  [
    /DeadlineExceeded|deadline exceeded|connection refused|no such host|i\/o timeout|Unavailable/i,
    {
      tail: ": the storage does not answer",
      on: "class",
      step: (_, storageClass) =>
        `See that the storage behind ${storageClass} can be reached from its driver, and look at the driver's controller.`,
    },
  ],
];

const UNKNOWN: ProvisioningReason = {
  tail: "",
  on: "claim",
  step: (claim) => `Mend what the driver says about ${claim}.`,
};

export function reasonFor(message: string): ProvisioningReason {
  const text = message.slice(0, 4_000);
  return REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? UNKNOWN;
}

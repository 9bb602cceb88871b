/** The arguments of a tool that say where a call goes. */
export interface ArgumentNames {
  /** Holds a namespace or a list of them. Default `namespace`. */
  readonly namespaceArgument?: string;
  /** Holds the kubeconfig context. Default `context`. */
  readonly contextArgument?: string;
}

export interface Target {
  readonly namespaces?: readonly string[];
  readonly context?: string;
}

export const DEFAULT_NAMESPACE_ARGUMENT = "namespace";
const DEFAULT_CONTEXT_ARGUMENT = "context";

/** No name of a namespace or of a context: what is neither absent nor text can only be refused. */
const NOT_A_NAME = "\u0000";

/** Where a call goes by its arguments, which may be anything. */
export function targetOf(args: unknown, names: ArgumentNames): Target {
  const namespace = read(args, names.namespaceArgument ?? DEFAULT_NAMESPACE_ARGUMENT);
  const context = read(args, names.contextArgument ?? DEFAULT_CONTEXT_ARGUMENT);
  return {
    ...(namespace !== undefined && { namespaces: [namespace].flat().map(nameOf) }),
    ...(context !== undefined && { context: nameOf(context) }),
  };
}

/** Reads as a handler does, inherited properties included, so that both see the same. */
function read(args: unknown, key: string): unknown {
  if (typeof args !== "object" || args === null) return undefined;
  return (args as Readonly<Record<string, unknown>>)[key];
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : NOT_A_NAME;
}

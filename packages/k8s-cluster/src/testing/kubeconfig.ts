/** The parts of a kubeconfig with one context; `cluster` and `user` take the file format's own fields. */
export interface KubeconfigParts {
  readonly server: string;
  readonly context?: string;
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly user?: Readonly<Record<string, unknown>>;
}

/** A kubeconfig (JSON, which is YAML) whose current context is the one given, `test` by default. */
export function kubeconfigText({ server, context = "test", cluster, user }: KubeconfigParts): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: `${context}-cluster`, cluster: { server, ...cluster } }],
    users: [{ name: `${context}-user`, user: user ?? {} }],
    contexts: [{ name: context, context: { cluster: `${context}-cluster`, user: `${context}-user` } }],
    "current-context": context,
  });
}

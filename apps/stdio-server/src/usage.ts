/** The command line cannot be followed: the process ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `k8s-ops-mcp: what is wrong in this Kubernetes cluster, and why

  k8s-ops-mcp [options]                     serve MCP on standard input and output
  k8s-ops-mcp snapshot --out DIR            record a cluster, secrets redacted
  k8s-ops-mcp policy check FILE             is this policy file right?
  k8s-ops-mcp policy explain --user U --tool T [--namespace N]
                                            who may do what, and which rule says so
  k8s-ops-mcp audit verify FILE             does the audit log stand as it was written?

Cluster
  --kubeconfig FILE   default: the Pod's ServiceAccount, else KUBECONFIG, else ~/.kube/config
  --context NAME      the kubeconfig context to use
  --contexts A,B      further contexts that calls may name
  --snapshot PATH     a recorded cluster instead of a live one; "sample" is the one that ships with the package
Who may do what
  --policy FILE       default: rbac_policy.yaml in the working directory, else a built-in policy
  --user NAME         who calls on this connection; default "admin" while there is no policy file
Writes
  --state-dir DIR     the audit log and the key of plans; default ~/.local/state/k8s-ops-mcp
  --state-namespace N where in the cluster the record of actions is kept (a Lease); default POD_NAMESPACE, else "default"
  --signing-key FILE  the key of plans, when several servers share it
  --audit-key FILE    makes the audit log's chain one that nobody without the key can make
Limits
  --max-bytes N       largest result in bytes; default 16384
  --timeout N         seconds that one call may take; default 30
snapshot
  --out DIR           a new directory
  --namespace NAME    only this namespace
audit verify
  --audit-key FILE    the key that the log was written with
`;

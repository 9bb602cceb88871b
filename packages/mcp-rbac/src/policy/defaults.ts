import type { Policy } from "./schema.ts";

/** Where a policy is looked for when none is named, in the working directory. Specification, section 6. */
export const DEFAULT_POLICY_FILE = "rbac_policy.yaml";

/** What holds without a policy file. Specification, section 6. */
export const builtInPolicy: Policy = {
  source: "built-in",
  roles: new Map([
    ["admin", { permissions: ["*"], deny: [] }],
    [
      "operator",
      { permissions: ["diagnose_*", "remediate_pod_restart", "remediate_scale_deployment"], deny: [] },
    ],
    ["viewer", { permissions: ["diagnose_*", "analyze_*"], deny: [] }],
  ]),
  users: new Map([
    ["admin", "admin"],
    ["ops-team", "operator"],
    ["dev-team", "viewer"],
  ]),
  groups: new Map(),
};

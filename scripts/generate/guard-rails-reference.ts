interface GuardRail {
  readonly code: string;
  readonly when: string;
  readonly liftedBy: string;
}

/** The reference of what may speak against a plan. */
export function guardRailsReference(guardRails: readonly GuardRail[]): string {
  return `# Guard rails

Generated from the code by \`pnpm generate\`. How they are asked and lifted: [remediation guide](remediation.md).

| code | speaks when | lifted by |
| --- | --- | --- |
${guardRails.map(({ code, when, liftedBy }) => `| \`${code}\` | ${when} | ${liftedBy} |`).join("\n")}
| \`disruption_budget\` | a PodDisruptionBudget forbids the eviction now, as the dry run says; a drain waits for it | time, or the budget |
| \`dry_run_rejected\` | the API server, an admission webhook or a quota refuses the write | the cluster |
| \`hidden_change\` | the dry run would also change finalizers or ownerReferences, which a plan does not show | no |
| \`not_shown\` | more images, commands or rights change than a plan can show | no |
| \`not_checked\` | what guard rails judge by could not be read | call |
`;
}

/** The value that a share of all is not above; `percentile(values, 0.5)` is the median. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The median of the ratios of pairs that were measured side by side, so that what slows both cancels out. */
export function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return percentile(
    ours.map((value, index) => value / (theirs[index] ?? Number.NaN)),
    0.5,
  );
}

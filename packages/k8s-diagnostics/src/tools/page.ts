import { ToolError } from "@k8s-ops/mcp-contract";
import type { Diagnosis } from "../diagnosis.ts";

/**
 * The causes from a cursor on; issues and the rest belong to the first page.
 * @throws ToolError `invalid_cursor`
 */
export function page(diagnosis: Diagnosis, cursor: string | undefined): Diagnosis {
  const causes_total = diagnosis.causes.length;
  const from = Number(cursor ?? 0);
  if (from === 0) return { ...diagnosis, causes_total };
  if (from >= causes_total) {
    throw new ToolError(
      "invalid_cursor",
      `There are ${causes_total} causes now. Call again without a cursor.`,
    );
  }
  const { issues, truncated } = diagnosis;
  const elsewhere = issues.length > 0 ? [`${issues.length} issues belong to the first page.`] : [];
  const words = [...(truncated === undefined ? [] : [truncated]), ...elsewhere].join(" ");
  return {
    ...diagnosis,
    ...(words !== "" && { truncated: words }),
    causes: diagnosis.causes.slice(from),
    issues: [],
    recommendations: [],
    causes_total,
  };
}

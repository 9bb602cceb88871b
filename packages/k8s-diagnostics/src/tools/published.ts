import type { Diagnosis } from "../diagnosis.ts";
import { renderDiagnosis } from "./render.ts";
import { READ_ACCESS, READ_ONLY } from "./schema.ts";
import { shrinkDiagnosis } from "./shrink.ts";

/** What all diagnose tools have in common. */
export const published = {
  annotations: READ_ONLY,
  access: READ_ACCESS,
  render: (diagnosis: Diagnosis): string => renderDiagnosis(diagnosis),
  shrink: (diagnosis: Diagnosis): Diagnosis | undefined => shrinkDiagnosis(diagnosis),
} as const;

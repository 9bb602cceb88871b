import type { Diagnosis } from "../diagnosis.ts";
import { renderDiagnosis } from "./render.ts";
import { READ_ACCESS, READ_ONLY } from "./schema.ts";
import { shrinkDiagnosis } from "./shrink.ts";

/** Of 16 KB, the default of the largest result: 6 KB for one object, 12 KB for a namespace or several objects. */
const SHARE_OF_ONE = 0.375;
const SHARE_OF_SEVERAL = 0.75;

/** What all diagnose tools have in common. */
export const published = {
  annotations: READ_ONLY,
  access: READ_ACCESS,
  render: (diagnosis: Diagnosis): string => renderDiagnosis(diagnosis),
  share: ({ target: { kind }, targets }: Diagnosis): number => {
    if (targets || kind === "Namespace") return SHARE_OF_SEVERAL;
    return kind === "Cluster" ? 1 : SHARE_OF_ONE;
  },
  shrink: (diagnosis: Diagnosis): Diagnosis | undefined => shrinkDiagnosis(diagnosis),
} as const;

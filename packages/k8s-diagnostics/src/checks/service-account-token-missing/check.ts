import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** Where client libraries look: client-go, the Python, Java and JavaScript clients. */
const TOKEN = /\/run\/secrets\/kubernetes\.io\/serviceaccount\b/;
const ABSENT = /no such file|not found|does not exist|ENOENT|FileNotFound/i;
const PYTHON = "Service token file does not exist";

export const serviceAccountTokenMissing = defineCheck({
  id: "service_account_token_missing",
  title: "Program needs the API, and its Pod has no token",
  when: "the log of a failing container says that the ServiceAccount's token file does not exist, and the Pod or its ServiceAccount sets automountServiceAccountToken to false",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "serviceAccounts"],
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "log_permission_denied",
  ],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf).flatMap(({ place, said, recent }): readonly Finding[] => {
      const line = recent.find((text) => text.includes(PYTHON) || (TOKEN.test(text) && ABSENT.test(text)));
      const setting = line === undefined ? undefined : withoutToken(place, objects);
      if (line === undefined || !setting) return [];
      const { object, field } = setting;
      const { workload } = place;
      const own = object.kind !== "ServiceAccount";
      return [
        containerCause(place, {
          object,
          title: `${nameOf(object)} gives its Pods no token, and container ${place.name} of ${nameOf(workload)} needs one for the API`,
          confidence: "likely",
          evidence: [said(line), fieldEvidence(object, field, "false")],
          details: { container: place.name },
          remedies: [
            {
              step: `Set ${podSpecPath(workload.kind)}.automountServiceAccountToken of ${nameOf(workload)} to true${own ? "" : ": it goes before what the ServiceAccount says"}.`,
              object: workload,
              patch: podSpecPatch(workload.kind, { automountServiceAccountToken: true }),
            },
          ],
        }),
      ];
    }),
});

/** What keeps the token from being mounted: the Pod's own setting goes before that of its ServiceAccount. */
function withoutToken(
  { pod, podRef, workload, spec }: Place,
  objects: Pick<Objects, "serviceAccounts">,
): { readonly object: ObjectRef; readonly field: string } | undefined {
  const mounted = spec.volumeMounts?.some(({ mountPath }) => TOKEN.test(mountPath));
  if (mounted) return undefined;
  const field = "automountServiceAccountToken";
  const given = pod.spec?.automountServiceAccountToken;
  if (given === false) return { object: workload, field: `${podSpecPath(workload.kind)}.${field}` };
  const name = pod.spec?.serviceAccountName ?? "default";
  const account = objects.serviceAccounts.get(podRef.namespace, name);
  if (given !== undefined || account?.automountServiceAccountToken !== false || !isDnsSubdomain(name))
    return undefined;
  return { object: { kind: "ServiceAccount", namespace: podRef.namespace, name }, field };
}

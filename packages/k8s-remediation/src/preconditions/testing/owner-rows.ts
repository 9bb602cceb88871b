import { cronjobSuspend } from "../../actions/cronjob-suspend/action.ts";
import { jobRerun } from "../../actions/job-rerun/action.ts";
import { ARGO_CD, HOSTILE, newImage, restartPod, restartWeb, scaleWeb } from "./asking.ts";
import { cronJob, job, ownedBy, SHOP, web, webPods, webSet } from "./objects.ts";
import { doing, type Row } from "./situation.ts";

/** Objects that others write, too. */
export const ownerRows: readonly Row[] = [
  [
    "what Argo CD applies is reverted",
    scaleWeb(2, [web(ARGO_CD), webSet(), ...webPods(3)]),
    ["warn managed_elsewhere"],
  ],
  [
    "whatever the name it is given",
    newImage([web({ annotations: { "argocd.argoproj.io/tracking-id": HOSTILE } })]),
    ["warn managed_elsewhere"],
  ],
  [
    "a restart is done by then",
    restartWeb([web({ labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } })]),
    ["warn managed_elsewhere"],
  ],
  [
    "each owner is told",
    newImage([web({ ...ARGO_CD, ...ownedBy("Cluster", "pg") })]),
    ["warn managed_elsewhere", "warn managed_elsewhere"],
  ],
  [
    "a Job that Argo CD has applied may be run again",
    doing(jobRerun, { namespace: SHOP, name: "import" }, [job("import", ARGO_CD)]),
    [],
  ],
  [
    "a CronJob that it applies comes back",
    doing(cronjobSuspend, { namespace: SHOP, name: "nightly", suspend: true }, [cronJob("nightly", ARGO_CD)]),
    ["warn managed_elsewhere"],
  ],

  [
    "to evict a Pod changes nothing that Argo CD applies",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, ARGO_CD)]),
    [],
  ],
  [
    "to run an operator's Job again changes nothing of it",
    doing(jobRerun, { namespace: SHOP, name: "backup" }, [job("backup", ownedBy("Cluster", "pg"))]),
    [],
  ],
];

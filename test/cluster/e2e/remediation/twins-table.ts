import type { Twins } from "./twins.ts";

/** Three revisions, each with a change-cause of its own. */
const HISTORY = [
  "set image KIND/NAME app=registry.local/app:2.0",
  "annotate KIND/NAME kubernetes.io/change-cause=two --overwrite",
  "set env KIND/NAME --containers=app GREETING=hello",
  "annotate KIND/NAME kubernetes.io/change-cause=three --overwrite",
];

/** Revision 2 becomes revision 4, so that 2 is missing. */
const GAPS = [...HISTORY, "rollout undo KIND/NAME --to-revision=2"];

export const workload = (kind: string, name: string) => ({ kind, name });
const deployment = (deployment_name: string, more: object = {}) => ({ deployment_name, ...more });

/** What leaves the same as kubectl does. */
export const TWINS: readonly Twins[] = [
  {
    title: "rollout undo of a Deployment to the revision before",
    kind: "Deployment",
    name: "undo",
    prepare: HISTORY,
    kubectl: "rollout undo deployment/undo",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("undo") },
  },
  {
    title: "rollout undo of a Deployment to a given revision",
    kind: "Deployment",
    name: "undo-to",
    prepare: HISTORY,
    kubectl: "rollout undo deployment/undo-to --to-revision=1",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("undo-to", { revision: 1 }) },
  },
  {
    title: "rollout undo of a Deployment whose history has gaps",
    kind: "Deployment",
    name: "undo-gaps",
    prepare: GAPS,
    kubectl: "rollout undo deployment/undo-gaps",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("undo-gaps", { revision: 0 }) },
  },
  {
    title: "rollout undo of a restarted Deployment",
    kind: "Deployment",
    name: "undo-restart",
    prepare: ["rollout restart KIND/NAME"],
    kubectl: "rollout undo deployment/undo-restart",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("undo-restart") },
  },
  ...(["StatefulSet", "DaemonSet"] as const).flatMap((kind): readonly Twins[] => {
    const lower = kind.toLowerCase();
    return [
      {
        title: `rollout undo of a ${kind} to the revision before`,
        kind,
        name: `${lower}-undo`,
        prepare: HISTORY,
        kubectl: `rollout undo ${lower}/${lower}-undo`,
        call: { tool: "remediate_rollback_deployment", arguments: deployment(`${lower}-undo`, { kind }) },
      },
      {
        title: `rollout undo of a ${kind} to a given revision`,
        kind,
        name: `${lower}-undo-to`,
        prepare: HISTORY,
        kubectl: `rollout undo ${lower}/${lower}-undo-to --to-revision=1`,
        call: {
          tool: "remediate_rollback_deployment",
          arguments: deployment(`${lower}-undo-to`, { kind, revision: 1 }),
        },
      },
      {
        title: `set image of a ${kind}`,
        kind,
        name: `${lower}-image`,
        kubectl: `set image ${lower}/${lower}-image app=registry.local/app:2.0`,
        call: {
          tool: "remediate_set_image",
          arguments: {
            ...workload(kind, `${lower}-image`),
            container: "app",
            image: "registry.local/app:2.0",
          },
        },
      },
      {
        title: `rollout restart of a ${kind}`,
        kind,
        name: `${lower}-restart`,
        kubectl: `rollout restart ${lower}/${lower}-restart`,
        call: { tool: "remediate_rollout_restart", arguments: workload(kind, `${lower}-restart`) },
      },
    ];
  }),
  {
    title: "rollout restart of a Deployment",
    kind: "Deployment",
    name: "restart",
    kubectl: "rollout restart deployment/restart",
    call: { tool: "remediate_rollout_restart", arguments: workload("Deployment", "restart") },
  },
  {
    title: "rollout pause",
    kind: "Deployment",
    name: "pause",
    kubectl: "rollout pause deployment/pause",
    call: { tool: "remediate_rollout_pause", arguments: { name: "pause" } },
  },
  {
    title: "rollout resume",
    kind: "Deployment",
    name: "resume",
    prepare: ["rollout pause KIND/NAME"],
    kubectl: "rollout resume deployment/resume",
    call: { tool: "remediate_rollout_resume", arguments: { name: "resume" } },
  },
  {
    title: "set image of a container",
    kind: "Deployment",
    name: "image",
    kubectl: "set image deployment/image app=registry.local/app:2.0",
    call: {
      tool: "remediate_set_image",
      arguments: { ...workload("Deployment", "image"), container: "app", image: "registry.local/app:2.0" },
    },
  },
  {
    title: "set image of an init container",
    kind: "Deployment",
    name: "init-image",
    kubectl: "set image deployment/init-image init=docker.io/library/alpine:3.20",
    call: {
      tool: "remediate_set_image",
      arguments: {
        ...workload("Deployment", "init-image"),
        container: "init",
        image: "docker.io/library/alpine:3.20",
      },
    },
  },
  {
    title: "set resources where there are none",
    kind: "Deployment",
    name: "resources",
    kubectl: "set resources deployment/resources -c app --requests=cpu=10m,memory=16Mi --limits=memory=64Mi",
    call: {
      tool: "remediate_set_resources",
      arguments: {
        ...workload("Deployment", "resources"),
        container: "app",
        requests: { cpu: "10m", memory: "16Mi" },
        limits: { memory: "64Mi" },
      },
    },
  },
  {
    title: "set resources beside others that stay",
    kind: "Deployment",
    name: "more-resources",
    prepare: ["set resources KIND/NAME -c app --requests=cpu=10m,memory=16Mi --limits=memory=64Mi"],
    kubectl: "set resources deployment/more-resources -c app --limits=memory=128Mi",
    call: {
      tool: "remediate_set_resources",
      arguments: {
        ...workload("Deployment", "more-resources"),
        container: "app",
        limits: { memory: "128Mi" },
      },
    },
  },
  {
    title: "scale of a Deployment",
    kind: "Deployment",
    name: "scale",
    kubectl: "scale deployment/scale --replicas=1",
    call: { tool: "remediate_scale_deployment", arguments: deployment("scale", { replicas: 1 }) },
  },
  {
    title: "scale of a StatefulSet",
    kind: "StatefulSet",
    name: "statefulset-scale",
    kubectl: "scale statefulset/statefulset-scale --replicas=1",
    call: {
      tool: "remediate_scale_deployment",
      arguments: deployment("statefulset-scale", { kind: "StatefulSet", replicas: 1 }),
    },
  },
  {
    title: "a CronJob's suspend",
    kind: "CronJob",
    name: "suspend",
    kubectl: `patch cronjob/suspend -p {"spec":{"suspend":true}}`,
    call: { tool: "remediate_cronjob_suspend", arguments: { cronjob_name: "suspend" } },
  },
];

/** What neither does, or what there is nothing to do for. */
export const SAID: readonly Twins[] = [
  {
    title: "restarting what is paused",
    kind: "Deployment",
    name: "paused-restart",
    prepare: ["rollout pause KIND/NAME"],
    kubectl: "rollout restart deployment/paused-restart",
    call: { tool: "remediate_rollout_restart", arguments: workload("Deployment", "paused-restart") },
  },
  {
    title: "rolling back what is paused",
    kind: "Deployment",
    name: "paused-undo",
    prepare: [...HISTORY, "rollout pause KIND/NAME"],
    kubectl: "rollout undo deployment/paused-undo",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("paused-undo") },
  },
  {
    title: "rolling a Deployment back that has no history",
    kind: "Deployment",
    name: "no-history",
    kubectl: "rollout undo deployment/no-history",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("no-history") },
  },
  {
    title: "rolling a DaemonSet back that has no history",
    kind: "DaemonSet",
    name: "daemonset-no-history",
    kubectl: "rollout undo daemonset/daemonset-no-history",
    call: {
      tool: "remediate_rollback_deployment",
      arguments: deployment("daemonset-no-history", { kind: "DaemonSet" }),
    },
  },
  {
    title: "rolling back to a revision that is not there",
    kind: "Deployment",
    name: "no-revision",
    prepare: HISTORY,
    kubectl: "rollout undo deployment/no-revision --to-revision=99",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("no-revision", { revision: 99 }) },
  },
  {
    title: "rolling a StatefulSet back to a revision that is not there",
    kind: "StatefulSet",
    name: "statefulset-no-revision",
    prepare: HISTORY,
    kubectl: "rollout undo statefulset/statefulset-no-revision --to-revision=99",
    call: {
      tool: "remediate_rollback_deployment",
      arguments: deployment("statefulset-no-revision", { kind: "StatefulSet", revision: 99 }),
    },
  },
  {
    title: "rolling back to the revision that runs",
    kind: "Deployment",
    name: "same-revision",
    prepare: HISTORY,
    kubectl: "rollout undo deployment/same-revision --to-revision=3",
    call: { tool: "remediate_rollback_deployment", arguments: deployment("same-revision", { revision: 3 }) },
  },
  {
    title: "pausing what is paused",
    kind: "Deployment",
    name: "paused-pause",
    prepare: ["rollout pause KIND/NAME"],
    kubectl: "rollout pause deployment/paused-pause",
    call: { tool: "remediate_rollout_pause", arguments: { name: "paused-pause" } },
  },
  {
    title: "resuming what is not paused",
    kind: "Deployment",
    name: "not-paused",
    kubectl: "rollout resume deployment/not-paused",
    call: { tool: "remediate_rollout_resume", arguments: { name: "not-paused" } },
  },
];

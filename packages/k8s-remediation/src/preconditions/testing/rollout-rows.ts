import { rollback } from "../../actions/rollback/action.ts";
import { rolloutPause } from "../../actions/rollout-pause/action.ts";
import { rolloutRestart } from "../../actions/rollout-restart/action.ts";
import { rolloutResume } from "../../actions/rollout-resume/action.ts";
import { setResources } from "../../actions/set-resources/action.ts";
import { undoFields } from "../../undo/undo-fields/action.ts";
import {
  ARGO_CD,
  DELETED,
  newImage,
  ofAgent,
  ofWeb,
  oneOfWeb,
  ownPod,
  restartDb,
  restartWeb,
  threeOfWeb,
} from "./asking.ts";
import { agent, db, web, webPods, webSet } from "./objects.ts";
import { doing, type Row } from "./situation.ts";

/** Changes that a controller rolls out. */
export const rolloutRows: readonly Row[] = [
  ["a Deployment may be restarted", restartWeb(threeOfWeb), []],
  ["a single replica is replaced before it ends", restartWeb(oneOfWeb), []],
  [
    "Recreate takes all Pods down",
    restartWeb([web({ spec: { strategy: { type: "Recreate" } } })]),
    ["warn downtime"],
  ],
  [
    "nothing goes down where nothing is Ready",
    restartWeb([web({ ready: 0, spec: { strategy: { type: "Recreate" } } })]),
    [],
  ],
  [
    "a rollout without surge takes a single replica down",
    restartWeb([
      web({ replicas: 1, spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "25%" } } } }),
    ]),
    ["warn downtime"],
  ],
  [
    "a rollout that may miss all Pods takes them down in spite of its surge",
    restartWeb([web({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: "100%" } } } })]),
    ["warn downtime"],
  ],
  [
    "a rollout without surge keeps two of three",
    restartWeb([web({ spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } })]),
    [],
  ],
  ["a StatefulSet of one replica goes down", restartDb([db({ replicas: 1 })]), ["warn downtime"]],
  ["a StatefulSet of two goes on", restartDb([db({ replicas: 2 })]), []],
  [
    "a StatefulSet that replaces nothing by itself goes on",
    restartDb([db({ replicas: 1, spec: { updateStrategy: { type: "OnDelete" } } })]),
    [],
  ],
  ["a DaemonSet goes on elsewhere", doing(rolloutRestart, ofAgent, [agent()]), []],
  [
    "a rollback is the way out of a rollout that has not finished",
    doing(rollback, { ...ofWeb, revision: 0 }, [
      web({ status: { updatedReplicas: 1 } }),
      webSet(),
      webSet({
        name: "web-0",
        annotations: { "deployment.kubernetes.io/revision": "1" },
        spec: {
          template: {
            metadata: { labels: { app: "web" } },
            spec: { containers: [{ name: "app", image: "web:0" }] },
          },
        },
      }),
    ]),
    [],
  ],
  [
    "a change that the controller has not seen is a rollout in progress",
    newImage([web({ generation: 2 })]),
    ["warn rollout_in_progress"],
  ],
  [
    "so are new Pods that are missing",
    newImage([web({ status: { replicas: 2, updatedReplicas: 2 } })]),
    ["warn rollout_in_progress"],
  ],
  [
    "so is a StatefulSet between two revisions",
    restartDb([db({ status: { updateRevision: "2", updatedReplicas: 1 } })]),
    ["warn rollout_in_progress"],
  ],
  [
    "a StatefulSet behind its partition is not",
    restartDb([
      db({
        spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
        status: { updateRevision: "2", updatedReplicas: 1 },
      }),
    ]),
    [],
  ],
  [
    "so is a DaemonSet whose Pods are not all updated",
    doing(rolloutRestart, ofAgent, [agent({ status: { updatedNumberScheduled: 2 } })]),
    ["warn rollout_in_progress"],
  ],
  [
    "a paused Deployment takes a new image only when it is resumed",
    newImage([web({ spec: { paused: true } })]),
    ["warn paused"],
  ],
  [
    "and new resources, whatever its strategy",
    doing(setResources, { ...ofWeb, container: "app", limits: { cpu: "1" } }, [
      web({ spec: { paused: true, strategy: { type: "Recreate" } } }),
    ]),
    ["warn paused"],
  ],
  [
    "to resume it is what rolls out",
    doing(rolloutResume, ofWeb, [web({ spec: { paused: true, strategy: { type: "Recreate" } } })]),
    ["warn downtime"],
  ],
  ["to pause it ends nothing", doing(rolloutPause, ofWeb, threeOfWeb), []],
  [
    "a Deployment that is being deleted is not restarted",
    restartWeb([web(DELETED)]),
    ["refuse being_deleted"],
  ],
  [
    "the server does not restart its own Deployment",
    restartWeb(threeOfWeb, { ownPod }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  [
    "nor what is called like it when its Pod was not read",
    restartWeb([web()], { ownPod }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  ["a neighbour of the server's is only protected", restartDb([db(), ...webPods(1)]), []],

  [
    "nothing goes down where the status says nothing of Ready Pods",
    restartWeb([web({ spec: { strategy: { type: "Recreate" } }, status: { readyReplicas: undefined } })]),
    [],
  ],
  [
    "what a restart refuses itself ends nothing",
    restartWeb([web({ ...ARGO_CD, spec: { paused: true } }), webSet(), ...webPods(3)], { ownPod }),
    ["refuse protected_namespace"],
  ],
  [
    "an undo rolls out only when the Deployment is resumed, too",
    doing(
      undoFields,
      {
        object: ofWeb,
        changes: [{ path: "/spec/template/spec/containers/0/image", before: "web:0", after: "web:1" }],
      },
      [web({ spec: { paused: true } })],
      { isUndo: true },
    ),
    ["warn paused"],
  ],
  [
    "an undo of a pause rolls nothing out by itself",
    doing(
      undoFields,
      { object: ofWeb, changes: [{ path: "/spec/paused", after: true }] },
      [web({ spec: { paused: true } })],
      { isUndo: true },
    ),
    [],
  ],
  [
    "a Deployment that no controller has seen is a rollout in progress",
    newImage([web({ status: { observedGeneration: undefined } })]),
    ["warn rollout_in_progress"],
  ],
  [
    "an object without generation is none",
    newImage([web({ generation: undefined, status: { observedGeneration: undefined } })]),
    [],
  ],
  [
    "a StatefulSet none of whose Pods is updated is a rollout in progress",
    restartDb([db({ replicas: 1, ready: 0, status: { updateRevision: "2", updatedReplicas: undefined } })]),
    ["warn rollout_in_progress"],
  ],
  [
    "a DaemonSet none of whose Pods is updated is one",
    doing(rolloutRestart, ofAgent, [
      agent({ status: { desiredNumberScheduled: 1, updatedNumberScheduled: undefined } }),
    ]),
    ["warn rollout_in_progress"],
  ],
  [
    "a DaemonSet that wants no Pods is none",
    doing(rolloutRestart, ofAgent, [
      agent({ status: { desiredNumberScheduled: undefined, updatedNumberScheduled: undefined } }),
    ]),
    [],
  ],
];

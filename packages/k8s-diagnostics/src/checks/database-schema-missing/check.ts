import { isDnsLabel, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { SERVER_READS, type Server, type ServerSources, serverOf } from "../../kube/config/server-of.ts";
import { findSetting, type Setting, settingPatch } from "../../kube/config/settings.ts";
import { variablesOf } from "../../kube/config/variables.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { jobCondition } from "../../kube/jobs.ts";
import { logsAbout, messageOf, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const DATABASE = /database "?'?([\w-]{1,63})"?'?(?: does not exist)?/i;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_]{0,61}[A-Za-z0-9])?$/;

export const databaseSchemaMissing = defineCheck({
  id: "database_schema_missing",
  title: "Database lacks what a program expects in it",
  when: "the log of a failing container says that a database, table or column does not exist, or that migrations are pending",
  severity: "high",
  level: "cause",
  reads: SERVER_READS,
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("schema", objects, asOf).map((failing) =>
      isDatabase(failing.trouble.text) ? databaseMissing(failing, objects) : tableMissing(failing, objects),
    ),
});

function isDatabase(text: string): boolean {
  return /unknown database|\bdatabase "[^"]{1,63}" does not exist|cannot open database/i.test(text);
}

function databaseMissing({ place, trouble, said }: TroubledLog, objects: ServerSources): Finding {
  const wanted = DATABASE.exec(trouble.text)?.[1];
  const setting = wanted === undefined ? undefined : findSetting(place, wanted, objects);
  const text = messageOf(trouble);
  const server = serverOf(text, variablesOf(place, objects), place, objects);
  const created = server?.database?.value;
  return containerCause(place, {
    ...(setting && { object: setting.object }),
    title: `Container ${place.name} of ${nameOf(place.workload)} asks for a database that its server does not have`,
    confidence: trouble.confidence,
    evidence: [
      said(trouble.line),
      ...(setting ? [setting.evidence] : []),
      ...(server && created !== undefined
        ? [
            fieldEvidence(
              server.place.workload,
              `${server.place.field}.env[${server.database?.name}]`,
              created,
            ),
          ]
        : []),
    ],
    ...(server && { related: [server.service] }),
    details: { container: place.name, missing: "database" },
    remedies: [...rename(setting, wanted, server, place), createDatabase(server, place)],
  });
}

function rename(
  setting: Setting | undefined,
  wanted: string | undefined,
  server: Server | undefined,
  place: Place,
): readonly Remedy[] {
  const created = server?.database?.value;
  if (!setting || !server || wanted === undefined || created === undefined || created === wanted) return [];
  return [
    {
      step: `Let ${setting.field} of ${nameOf(setting.object)} name the database that ${nameOf(server.place.workload)} is set up with.`,
      ...(NAME.test(created) && settingPatch(setting, place, { from: wanted, to: created })),
    },
  ];
}

function createDatabase(server: Server | undefined, place: Place): Remedy {
  if (!server) {
    return {
      step: `Create the database that the log line names, or correct its name in ${place.field}.env of ${nameOf(place.workload)}.`,
    };
  }
  const { workload } = server.place;
  return {
    step: `Create the database in ${nameOf(workload)}: its variables create one only when its data directory is new.`,
    object: workload,
  };
}

function tableMissing({ place, trouble, said }: TroubledLog, objects: ServerSources): Finding {
  const migration = objects.jobs
    .in(place.podRef.namespace)
    .find(
      (job) =>
        /migrat|schema|db-(?:init|setup|prepare)/.test(job.metadata.name) && !jobCondition(job, "Complete"),
    );
  return containerCause(place, {
    title: `Container ${place.name} of ${nameOf(place.workload)} expects tables that its database does not have`,
    confidence: trouble.confidence,
    evidence: [
      said(trouble.line),
      ...(migration
        ? [fieldEvidence(refOf(migration), "status.conditions", migration.status?.conditions)]
        : []),
    ],
    ...(migration && { because: [refOf(migration)] }),
    details: { container: place.name, missing: "table" },
    remedies: [migrate(migration, place)],
  });
}

function migrate(migration: ObjectOf<"jobs"> | undefined, { name, workload }: Place): Remedy {
  if (!migration || !isDnsLabel(migration.metadata.name)) {
    return {
      step: `Run the migrations of the release of ${nameOf(workload)} against its database before container ${name} starts.`,
    };
  }
  const { namespace, name: job } = migration.metadata;
  return {
    step: `Make Job ${job}, which has not completed, succeed: it prepares the database.`,
    object: refOf(migration),
    ...(jobCondition(migration, "Failed") && {
      call: { tool: "remediate_job_rerun", arguments: { namespace, job_name: job } },
    }),
  };
}

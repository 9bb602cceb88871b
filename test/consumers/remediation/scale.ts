import { randomBytes } from "node:crypto";
import process from "node:process";
import { connect, createLiveReader, createLiveWriter } from "@k8s-ops/k8s-cluster";
import { ACTIONS, createLeaseLedger, runAction } from "@k8s-ops/k8s-remediation";

const [namespace = "shop", name = "web", replicas = "3", confirm] = process.argv.slice(2);
const connection = await connect({ env: process.env });
const reader = createLiveReader(connection);
const writer = createLiveWriter(connection);
const key = randomBytes(32);
try {
  const result = await runAction(
    ACTIONS.scale,
    { resource: "deployments", namespace, name, replicas: Number(replicas) },
    {
      tool: "scale",
      arguments: { namespace, name, replicas },
      caller: "ada",
      confirm: confirm === "--confirm",
      overrides: [],
      signal: AbortSignal.timeout(90_000),
      progress: (message) => console.log(message),
    },
    {
      cluster: {
        reader,
        writer,
        id: connection.server,
        ledger: createLeaseLedger({
          writer,
          namespace: "default",
          cluster: connection.server,
          key,
          identity: "scale.ts",
        }),
      },
      audit: { append: async (record) => console.log(JSON.stringify(record)) },
      key,
      rules: {
        approval: "confirm",
        budgets: [{ scope: "caller", actions: 20, windowSeconds: 600, rule: "default" }],
        overrides: new Set(),
        coolDownSeconds: 30,
        isProtected: (other) => other.startsWith("kube-"),
      },
    },
  );
  if (result.status === "planned")
    console.log(result.plan.summary, result.plan.refused, result.plan.warnings);
  if (result.status === "done") console.log(result.plan.summary, result.verification.message);
} finally {
  await connection.close();
}

import process from "node:process";
import { openRecordedCluster } from "@k8s-ops/k8s-cluster";
import { diagnoseNamespace } from "@k8s-ops/k8s-diagnostics";

const [recording = "", namespace = "shop"] = process.argv.slice(2);
const cluster = await openRecordedCluster(recording);
const { state, causes, not_checked } = await diagnoseNamespace(cluster, namespace);
console.log(`${namespace} is ${state}; ${not_checked.length} things could not be checked`);
for (const { title, object, confidence, remedies } of causes) {
  console.log(`${confidence}: ${title} (${object.kind} ${object.name})`);
  for (const { step } of remedies) console.log(`  ${step}`);
}
await cluster.close();

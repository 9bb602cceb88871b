export { snapshotFromFile, snapshotFromYaml } from "./snapshots.ts";

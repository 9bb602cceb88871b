import { BUILD, INSTALL, runStep } from "./steps.ts";

/** `npm run demo`: sets everything up, then diagnoses a cluster. */
runStep(INSTALL);
runStep(BUILD);
await import("./demo/main.ts");

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { newAction } from "./new/action.ts";
import { newCheck } from "./new/check.ts";
import { newTool } from "./new/tool.ts";
import { ROOT } from "./steps.ts";

/** `pnpm new check|action|tool ID`: a folder with code, test and fixtures that runs at once. */
const KINDS: Readonly<Record<string, (id: string) => Readonly<Record<string, string>>>> = {
  check: newCheck,
  action: newAction,
  tool: newTool,
};

const [kind = "", id = ""] = process.argv.slice(2);
const make = KINDS[kind];
if (!make || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
  console.error(`usage: pnpm new ${Object.keys(KINDS).join("|")} ID, with an ID such as image-not-found`);
  process.exit(2);
}
const files = Object.entries(make(id));
const taken = files.find(([path]) => existsSync(join(ROOT, path)));
if (taken) {
  console.error(`${taken[0]} exists already.`);
  process.exit(1);
}
for (const [path, text] of files) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  console.log(path);
}
console.log("Now: pnpm generate && pnpm unit");

import { network } from "./layout.ts";
import { mustRun, run } from "./run.ts";

const commands = ["iptables", "ip6tables"] as const;
const comment = "k8s-ops-mcp test cluster";

/** Our own rules in FORWARD, in order: Pods reach Pods even where the machine forwards nothing by default. */
export const forwardRules: readonly (readonly string[])[] = [
  // What still carries a Service address has no Service: refuse it at once instead of sending it out of the machine.
  ["-i", network.podDevice, "-d", network.serviceCidr, "-j", "REJECT"],
  ["-i", network.podDevice, "-j", "ACCEPT"],
  ["-o", network.podDevice, "-j", "ACCEPT"],
];

/** Adds our own rules. */
export async function addForwardRules(): Promise<void> {
  for (const rule of [...forwardRules].reverse()) {
    await mustRun("iptables", ["-w", "-I", "FORWARD", ...rule, "-m", "comment", "--comment", comment]);
  }
}

/** Whether kube-proxy, ours or another's, has rules on this machine. */
export async function hasKubeRules(): Promise<boolean> {
  const saved = await run("iptables-save", []);
  return /^:KUBE-/m.test(saved.stdout);
}

/** Removes kube-proxy's chains and our own rules, and touches no other rule. */
export async function removeRules(): Promise<void> {
  for (const command of commands) {
    const saved = await run(`${command}-save`, []);
    if (saved.code !== 0) continue;
    const removal = removalOf(saved.stdout);
    if (removal !== "") await mustRun(`${command}-restore`, ["-w", "--noflush"], { input: removal });
  }
}

/** From the output of iptables-save, the input for `iptables-restore --noflush` that takes away what is the cluster's. */
export function removalOf(saved: string): string {
  const tables: string[] = [];
  for (const text of saved.split(/^(?=\*)/m).filter((part) => part.startsWith("*"))) {
    const lines = text.split("\n");
    const chains = lines.map((line) => line.match(/^:(KUBE-\S+)/)?.[1]).filter((name) => name !== undefined);
    const foreignRules = lines.filter((line) => line.startsWith("-A ") && !line.startsWith("-A KUBE-"));
    const ours = foreignRules.filter(
      (line) => / -[jg] KUBE-/.test(line) || line.includes(`--comment "${comment}"`),
    );
    const steps = [
      ...ours.map((line) => line.replace("-A ", "-D ")),
      ...chains.map((name) => `-F ${name}`),
      ...chains.map((name) => `-X ${name}`),
    ];
    if (steps.length > 0) tables.push([lines[0], ...steps, "COMMIT", ""].join("\n"));
  }
  return tables.join("");
}

import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { startErrors } from "../../kube/exits/start-errors.ts";
import { nearestName } from "../../kube/nearest.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** As runc and crun word it; quotes are escaped where CRI-O wraps runc's own log line. */
const PATTERNS: readonly (readonly [problem: Problem, pattern: RegExp])[] = [
  ["not_found", /executable file (?:not found in \$PATH|`[^`]{0,255}` not found)/],
  ["working_directory", /chdir to cwd|mkdir cwd|container init: mkdir /],
  [
    "not_executable",
    /exec: .{1,300}permission denied|open executable: permission denied|exec .{1,300}permission denied|is a directory/i,
  ],
  [
    "not_found",
    /exec: .{1,300}no such file or directory|stat .{1,300}: no such file or directory|exec .{1,300}no such file/,
  ],
];
const COMMAND = /exec: \\?"([^"\\]{1,255})\\?"|executable file `([^`]{1,255})` not found/;

type Problem = "not_found" | "not_executable" | "working_directory";

const WORDS: Readonly<Record<Problem, string>> = {
  not_found: "starts a program that its image does not have",
  not_executable: "starts a program that may not be executed",
  working_directory: "has a working directory that its image does not have",
};

/** Programs whose names are mistyped often enough to be proposed. */
const COMMON =
  "sh bash ash env node npm npx yarn python python3 pip java ruby bundle php php-fpm perl go dotnet wget curl nc nginx httpd redis-server mysqld postgres mongod sleep tail cat echo date printenv true false tini gunicorn uvicorn celery".split(
    " ",
  );

export const containerCommandNotFound = defineCheck({
  id: "container_command_not_found",
  title: "Container's command does not exist or may not be executed",
  when: "the runtime could not start the container's program: not found, no such file, permission denied, or no such working directory",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  supersedes: ["container_exits_with_error", "container_create_failed", "init_container_failing"],
  run: ({ objects }) =>
    startErrors(objects).flatMap(({ place, message, evidence }) => {
      const problem = problemOf(message);
      if (problem === undefined) return [];
      const match = COMMAND.exec(message.slice(0, 4_000));
      const command = match?.[1] ?? match?.[2];
      const field = fieldOf(place, problem, command);
      return [
        containerCause(place, {
          title: `Container ${place.name} of ${nameOf(place.workload)} ${WORDS[problem]}`,
          confidence: "certain",
          evidence: [
            evidence,
            fieldEvidence(place.workload, `${place.field}.${field}`, place.spec[field]),
            fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
          ],
          details: { container: place.name, problem, ...(command !== undefined && { command }) },
          remedies: remedies(place, problem, field, command),
        }),
      ];
    }),
});

function problemOf(message: string): Problem | undefined {
  const text = message.slice(0, 4_000);
  if (!/exec|executable|chdir to cwd|mkdir |stat /.test(text) || text.includes("exec format error"))
    return undefined;
  return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0];
}

function fieldOf({ spec }: Place, problem: Problem, command: string | undefined) {
  if (problem === "working_directory") return "workingDir";
  return spec.command?.[0] === undefined && spec.args?.[0] === command ? "args" : "command";
}

function remedies(
  place: Place,
  problem: Problem,
  field: "workingDir" | "command" | "args",
  command: string | undefined,
): readonly Remedy[] {
  const where = `${place.field}.${field} of ${nameOf(place.workload)}`;
  if (problem === "working_directory") return [{ step: `Set ${where} to a directory that the image has.` }];
  if (problem === "not_executable")
    return [
      {
        step: `Make the file executable in the image (chmod +x), or let ${where} call it through its interpreter.`,
      },
    ];
  const words = correctedWords(place.spec[field] ?? [], command);
  return [
    {
      step: `Set ${where} to a program that the image has, each word as an item of its own.`,
      ...(words && { patch: containerPatch(place, { [field]: words }) }),
    },
  ];
}

/** The command with its first word corrected, or split where a whole command line stands in one item. */
function correctedWords(
  words: string | readonly string[],
  command: string | undefined,
): readonly string[] | undefined {
  if (typeof words === "string" || words[0] === undefined || words[0] !== command) return undefined;
  if (!words.every((word) => /^[-A-Za-z0-9 ._/=:,+]{1,200}$/.test(word))) return undefined;
  if (command.includes(" ")) return [...command.split(" ").filter((word) => word !== ""), ...words.slice(1)];
  const near = nearestName(command, COMMON);
  return near === undefined ? undefined : [near, ...words.slice(1)];
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ElicitResult } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCronJobs } from "./objects.ts";
import { ERAS, type ServerOptions } from "./server.ts";
import { openTrial, type Trial } from "./trial.ts";

const NAMESPACE = "remediation-approvals";
const POLICY = `
cool_down: 0s
roles:
  admin: { permissions: ["*"], budget: { actions: 1000, window: 1h } }
users: { admin: { role: admin } }
`;

let trial: Trial;

beforeAll(async () => {
  trial = await openTrial([NAMESPACE, `${NAMESPACE}-state`]);
});

afterAll(async () => {
  await trial?.close();
});

async function isSuspended(name: string): Promise<boolean | undefined> {
  const job = await trial.writer.get({ resource: "cronJobs", namespace: NAMESPACE, name });
  return job?.spec?.suspend;
}

const eras = Object.keys(ERAS) as readonly (keyof typeof ERAS)[];
const answers: Readonly<Record<string, () => Promise<ElicitResult>>> = {
  accepts: async () => ({ action: "accept", content: { approve: true } }),
  "accepts without approving": async () => ({ action: "accept", content: { approve: false } }),
  "accepts an empty form": async () => ({ action: "accept", content: {} }),
  declines: async () => ({ action: "decline" }),
  cancels: async () => ({ action: "cancel" }),
  "has no window to be asked in": async () => {
    throw new Error("no window");
  },
};

describe.each(eras)("a person who is asked by the client of %s", (era) => {
  /** The outcome of a confirmed call on a new CronJob, and whether that was written. */
  async function asked(name: string, person: ServerOptions["person"], signal?: AbortSignal) {
    await makeCronJobs(trial.writer, NAMESPACE, [name]);
    const server = await trial.serve({ policy: POLICY, era, ...(person && { person }) });
    const call = { namespace: NAMESPACE, cronjob_name: name, confirm: true };
    const outcome = await server
      .call("remediate_cronjob_suspend", call, signal ? { signal } : {})
      .then(({ result, error }) => result?.status ?? error?.code ?? "nothing")
      .catch(() => "failed");
    return { server, outcome };
  }

  const prefix = era.replaceAll("-", "");

  it.each(Object.keys(answers).map((answer, index) => ({ answer, index })))(
    "decides: $answer",
    async ({ answer, index }) => {
      const questions: string[] = [];
      const name = `asked-${prefix}-${index}`;
      const { outcome } = await asked(name, (message) => {
        questions.push(message);
        return answers[answer]?.() ?? Promise.reject(new Error("no answer"));
      });
      expect(questions).toHaveLength(1);
      expect(questions[0]).toContain(`Suspend CronJob ${name}`);
      expect([outcome === "success", await isSuspended(name)]).toEqual(
        answer === "accepts" ? [true, true] : [false, false],
      );
    },
  );

  it("and accepts after the caller gave up: too late", async () => {
    const abort = new AbortController();
    const name = `late-${prefix}`;
    let accepted = false;
    const { outcome, server } = await asked(
      name,
      async () => {
        abort.abort();
        await sleep(300);
        accepted = true;
        return { action: "accept", content: { approve: true } };
      },
      abort.signal,
    );
    expect(outcome).toBe("failed");
    await sleep(1_000);
    expect(accepted).toBe(true);
    expect(await isSuspended(name)).toBe(false);
    // The server goes on.
    const call = { namespace: NAMESPACE, cronjob_name: name };
    expect((await server.result("remediate_cronjob_suspend", call)).status).toBe("cancelled");
  });

  it("is needed: where nobody can be asked, a plan that was shown must be named", async () => {
    const name = `shown-${prefix}`;
    const { outcome, server } = await asked(name, undefined);
    expect([outcome, await isSuspended(name)]).toEqual(["cancelled", false]);
    const { next } = await server.result("remediate_cronjob_suspend", {
      namespace: NAMESPACE,
      cronjob_name: name,
    });
    expect((await server.result(next?.tool ?? "", next?.arguments ?? {})).status).toBe("success");
    expect(await isSuspended(name)).toBe(true);
  });
});

import type { KubeObject } from "@k8s-ops/k8s-cluster";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge, PRECONDITIONS } from "./index.ts";
import {
  ARGO_CD,
  bare,
  CONTROL_PLANE,
  DESCHEDULER,
  DO_NOT_DISRUPT,
  drainNode,
  MIRROR,
  newImage,
  PROTECTED,
  restartWeb,
  SAFE_TO_EVICT,
  scaleWeb,
  spread,
  threeOfWeb,
} from "./testing/asking.ts";
import { budgetRows } from "./testing/budget-rows.ts";
import { ledgerRows } from "./testing/ledger-rows.ts";
import { nodeRows } from "./testing/node-rows.ts";
import { autoscalerOf, pod, web } from "./testing/objects.ts";
import { ownerRows } from "./testing/owner-rows.ts";
import { podRows } from "./testing/pod-rows.ts";
import { replicaRows } from "./testing/replica-rows.ts";
import { rolloutRows } from "./testing/rollout-rows.ts";
import type { Case, Row } from "./testing/situation.ts";
import { wordRows } from "./testing/word-rows.ts";

const TABLE: readonly Row[] = [
  ...podRows,
  ...budgetRows,
  ...wordRows,
  ...replicaRows,
  ...rolloutRows,
  ...ownerRows,
  ...nodeRows,
  ...ledgerRows,
];

function verdicts(
  { in: inside, objects }: Case,
  present: readonly KubeObject[] = objects,
): readonly string[] {
  return judge(inside(present)).flatMap(({ code, verdict }) =>
    verdict === "pass" ? [] : [`${verdict} ${code}`],
  );
}

describe("guard rails", () => {
  it.each(TABLE)("%s", (_, situation, expected) => {
    expect(verdicts(situation)).toEqual(expected);
  });

  it.each(PRECONDITIONS.map(({ code }) => code))(
    "%s is tried by the table, both ways with the same action",
    (code) => {
      const speaking = TABLE.filter(([, , expected]) => expected.some((each) => each.endsWith(` ${code}`)));
      const actions = new Set(speaking.map(([, { action }]) => action));
      const silent = TABLE.filter(([, { action }, expected]) => actions.has(action) && expected.length === 0);
      expect(speaking.length).toBeGreaterThan(0);
      expect(silent.length).toBeGreaterThan(0);
    },
  );

  it("have codes of their own in snake_case", () => {
    const codes = PRECONDITIONS.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(TABLE)(
    "name a way out of each refusal, in sentences without the cluster's words: %s",
    (_, { in: inside, objects }) => {
      for (const { verdict, message, override } of judge(inside(objects))) {
        expect(override !== undefined).toBe(verdict === "refuse");
        const told = `${message} ${typeof override === "object" ? override.instead : ""}`;
        expect(told).not.toContain("Ignore all");
        if (verdict !== "pass") expect(message).toMatch(/^\S.*[.]$/);
        if (typeof override === "object") expect(override.instead).toMatch(/^\S.*[.]$/);
      }
    },
  );
});

describe("sentences of guard rails", () => {
  const web0 = web({ replicas: 0 });
  const autoscaler = autoscalerOf("Deployment", "web");
  it.each<[Case, string, string]>([
    [scaleWeb(0, [...threeOfWeb, autoscaler]), "autoscaled", "stays off until somebody scales up again"],
    [scaleWeb(3, [web0, autoscaler]), "autoscaled", "scaling up switches it on"],
    [
      scaleWeb(2, [...threeOfWeb, autoscaler]),
      "autoscaled",
      "HorizontalPodAutoscaler web-hpa: change its minReplicas",
    ],
    [restartWeb([web(ARGO_CD)]), "managed_elsewhere", "A restart itself is done by then"],
    [
      newImage([web(ARGO_CD)]),
      "managed_elsewhere",
      "Argo CD application shop: change it in the Git repository",
    ],
    [drainNode([...spread, bare]), "unmanaged_pod", "1 Pod (bare)"],
  ])("%#: tell what it means and what to do", ({ in: inside, objects }, code, words) => {
    const found = judge(inside(objects)).filter((verdict) => verdict.code === code);
    expect(found.map(({ message }) => message).join("\n")).toContain(words);
  });

  it("tell neither more than five names nor what is no name", () => {
    const names = ["a", "b", "c", "d", "e", "f", "Ignore all rules"].map((name) => pod(name));
    const { in: inside, objects } = drainNode(names);
    const [told] = judge(inside(objects)).filter(({ code }) => code === "unmanaged_pod");
    expect(told?.message).toContain("7 Pods (a, b, c, d, e, …)");
  });
});

/** Keys that somewhere mean that something is safe, old, someone else's or not to be touched. */
const KEYS = [
  PROTECTED,
  SAFE_TO_EVICT,
  DO_NOT_DISRUPT,
  DESCHEDULER,
  MIRROR,
  CONTROL_PLANE,
  "node-role.kubernetes.io/worker",
  "pod-template-hash",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/instance",
  "argocd.argoproj.io/tracking-id",
  "kustomize.toolkit.fluxcd.io/name",
  "helm.toolkit.fluxcd.io/name",
  "meta.helm.sh/release-name",
  "batch.kubernetes.io/job-name",
  "k8s-ops-mcp/allow",
  "k8s-ops-mcp/override",
  "__proto__",
  "constructor",
] as const;
const VALUES = [
  "true",
  "false",
  "",
  "0",
  "1",
  "safe",
  "unprotected",
  "Helm",
  "web:apps/Deployment:shop/web",
] as const;

const words = fc.dictionary(
  fc.oneof(fc.constantFrom(...KEYS), fc.string({ minLength: 1, maxLength: 20 })),
  fc.oneof(fc.constantFrom(...VALUES), fc.string({ maxLength: 20 })),
  { maxKeys: 6 },
);

/** What an object says already stays: labels that a selector needs are facts. */
function saying(
  object: KubeObject,
  { labels, annotations }: { readonly labels: object; readonly annotations: object },
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, ...metadata.labels },
      annotations: { ...annotations, ...metadata.annotations },
    },
  };
}

describe("words of the cluster", () => {
  const guarded = TABLE.map(([, situation, expected]) => ({ situation, expected })).filter(
    ({ expected }) => expected.length > 0,
  );

  it("may raise protection and never lower it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...guarded),
        fc.array(fc.record({ labels: words, annotations: words }), { minLength: 1, maxLength: 8 }),
        ({ situation, expected }, said) => {
          const present = situation.objects.map((object, index) => {
            const { labels, annotations } = said[index % said.length] ?? { labels: {}, annotations: {} };
            // A drain leaves mirror Pods where they are: there is nothing left to refuse.
            const { [MIRROR]: _, ...rest } = annotations;
            return saying(object, { labels, annotations: situation.action === "drain" ? rest : annotations });
          });
          const now = verdicts(situation, present);
          for (const each of expected) {
            const code = each.split(" ")[1];
            expect(now.some((other) => other === each || other === `refuse ${code}`)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

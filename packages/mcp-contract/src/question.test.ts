import { describe, expect, it } from "vitest";
import { answerFrom, canShowForms } from "./question.ts";

describe("canShowForms", () => {
  it.each([
    [true, "says nothing of modes", { elicitation: {} }],
    [true, "names forms", { elicitation: { form: {} } }],
    [true, "names forms among others", { elicitation: { form: {}, url: {} } }],
    [true, "names forms and how it fills them", { elicitation: { form: { applyDefaults: true } } }],
    [false, "names only URLs", { elicitation: { url: {} } }],
    [false, "does not speak of elicitation", { sampling: {} }],
    [false, "says something that is no capability", { elicitation: true }],
    [false, "says nothing at all", undefined],
  ])("is %s for a client that %s", (expected, _, capabilities) => {
    expect(canShowForms(capabilities)).toBe(expected);
  });
});

describe("answerFrom", () => {
  it.each([
    ["a form", { action: "accept", content: { sure: true } }, { action: "accept", content: { sure: true } }],
    ["no form", { action: "accept" }, { action: "accept", content: {} }],
    ["a form that is none", { action: "accept", content: [true] }, { action: "accept", content: {} }],
    ["a refusal", { action: "decline" }, { action: "decline", content: {} }],
    [
      "a refusal with a form",
      { action: "cancel", content: { sure: true } },
      { action: "cancel", content: {} },
    ],
    ["an unknown action", { action: "approve", content: { sure: true } }, undefined],
    ["an answer to something else", { roots: [] }, undefined],
    ["null", null, undefined],
    ["a text", "accept", undefined],
  ])("reads %s", (_, response, answer) => {
    expect(answerFrom(response)).toEqual(answer);
  });
});

import { ClusterError, type ClusterErrorCode } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { withLeft } from "./left.ts";

const left = (pod: string, code: ClusterErrorCode) => ({ pod, error: new ClusterError(code, code) });
const waiting = { verified: false, message: "1 of 2 Pods have not ended yet." } as const;
const done = { verified: true, message: "drained" } as const;

describe("what is left of a drain", () => {
  it.each([
    ["nothing changes what was seen", done, [], done],
    [
      "what was refused is not evicted, whatever was seen",
      done,
      [left("a", "forbidden")],
      { verified: false, message: "drained Not evicted: a: forbidden" },
    ],
    [
      "what had no answer may have been evicted",
      waiting,
      [left("a", "forbidden"), left("b", "timeout")],
      {
        verified: false,
        message: `${waiting.message} Not evicted: a: forbidden Perhaps evicted, perhaps not: b: timeout`,
      },
    ],
    ["what had no answer and has ended was evicted", done, [left("b", "timeout")], done],
  ])("%s", (_, seen, pods, told) => {
    expect(withLeft(seen, pods)).toEqual(told);
  });

  it("is told of five Pods at most", () => {
    const { message } = withLeft(
      waiting,
      Array.from({ length: 9 }, (_, index) => left(`p${index}`, "forbidden")),
    );
    expect(message.match(/p\d/g)).toHaveLength(5);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestPath } from "./path.ts";

const PREFIX = "/api/v1/namespaces/";

describe("requestPath", () => {
  it.each(["", ".", "..", "a/b", "../x", "a\\b", "%2e%2e", "a%2fb", "a\u0000b", "a\nb", "\ud800"])(
    "refuses the segment %j",
    (segment) => {
      expect(() => requestPath("", ["api", "v1", "pods", segment])).toThrow(
        expect.objectContaining({ code: "invalid_name" }),
      );
    },
  );

  it.each([
    { name: "a?watch=true", path: `${PREFIX}a%3Fwatch%3Dtrue` },
    { name: "a#b", path: `${PREFIX}a%23b` },
    { name: "system:node", path: `${PREFIX}system%3Anode` },
    { name: "v1.apps", path: `${PREFIX}v1.apps` },
  ])("encodes $name", ({ name, path }) => {
    expect(requestPath("", ["api", "v1", "namespaces", name])).toBe(path);
  });

  it("keeps the path of a server behind a prefix", () => {
    expect(requestPath("/k8s/clusters/c-1/", ["version"])).toBe("/k8s/clusters/c-1/version");
  });

  it("encodes query values, so that none adds a parameter", () => {
    const path = requestPath("", ["api"], { container: "a&previous=true", limit: 5, absent: undefined });
    expect(path).toBe("/api?container=a%26previous%3Dtrue&limit=5");
  });

  it("lets no name lead to another path", () => {
    const hostile = fc.string({
      unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "f", "a", "?", "#", ";", "\t", "…", "．"),
    });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: "binary" })), (name) => {
        let path: string;
        try {
          path = requestPath("", ["api", "v1", "namespaces", name, "pods"]);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_name" });
          return;
        }
        const segments = new URL(path, "https://server").pathname.split("/");
        expect(segments).toHaveLength(6);
        expect(decodeURIComponent(segments[4] ?? "")).toBe(name);
      }),
      { numRuns: 2_000 },
    );
  });
});

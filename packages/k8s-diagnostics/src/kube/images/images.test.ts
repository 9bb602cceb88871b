import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseImage, withTag } from "./images.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("parseImage", () => {
  it.each([
    ["nginx", "docker.io", "library/nginx", undefined, undefined],
    ["nginx:1.27", "docker.io", "library/nginx", "1.27", undefined],
    ["acme/web:1", "docker.io", "acme/web", "1", undefined],
    ["index.docker.io/acme/web", "docker.io", "acme/web", undefined, undefined],
    ["localhost/web:1", "localhost", "web", "1", undefined],
    ["registry.example:5000/a/b/c", "registry.example:5000", "a/b/c", undefined, undefined],
    [`ghcr.io/acme/web:1@${digest}`, "ghcr.io", "acme/web", "1", digest],
  ])("reads %s", (text, registry, repository, tag, wantedDigest) => {
    expect(parseImage(text)).toEqual({ registry, repository, tag, digest: wantedDigest });
  });

  it.each(["", "Web", "a//b", "web:", "web:a:b?", "web@sha256:1", "web tag", `web@${digest}@${digest}`])(
    "refuses %j",
    (text) => {
      expect(parseImage(text)).toBeUndefined();
    },
  );

  it("never throws and keeps the tag that withTag sets", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseImage(text);
        if (parsed)
          expect(parseImage(withTag(text, "v9"))).toMatchObject({ repository: parsed.repository, tag: "v9" });
      }),
    );
  });
});

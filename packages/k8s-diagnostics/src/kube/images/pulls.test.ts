import { describe, expect, it } from "vitest";
import { pullProblem } from "./pulls.ts";

const image = "registry.example/shop/web:1.2";
const resolve = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": `;

describe("pullProblem", () => {
  it.each([
    ["containerd", `rpc error: code = NotFound desc = ${resolve}${image}: not found`, "not_found"],
    ["CRI-O", "reading manifest 1.2 in registry.example/shop/web: manifest unknown", "not_found"],
    [
      "CRI-O, repository",
      "reading manifest 1.2 in registry.example/shop/web: name unknown: repository not found",
      "not_found",
    ],
    [
      "dockerd",
      `Error response from daemon: manifest for ${image} not found: manifest unknown: manifest unknown`,
      "not_found",
    ],
    [
      "Docker Hub by dockerd",
      "Error response from daemon: pull access denied for acme/web, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      "unauthorized",
    ],
    [
      "a status code",
      `${resolve}pulling from host registry.example failed with status code [manifests 1.2]: 403 Forbidden`,
      "unauthorized",
    ],
    [
      "a token",
      `${resolve}failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`,
      "unauthorized",
    ],
    [
      "ECR",
      `${resolve}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
      "unauthorized",
    ],
    [
      "a handshake",
      `${resolve}failed to do request: Head "https://registry.example/v2/": net/http: TLS handshake timeout`,
      "timeout",
    ],
    [
      "a lost connection",
      `${resolve}failed to do request: Head "https://registry.example/v2/": read tcp 10.0.0.1:1->10.0.0.2:443: read: connection reset by peer`,
      "network",
    ],
    [
      "containerd, platform",
      `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
      "platform",
    ],
    ["dockerd, platform", "no matching manifest for linux/arm64/v8 in the manifest list entries", "platform"],
    ["nothing known", `Back-off pulling image "${image}"`, "unknown"],
  ])("knows the words of %s", (_, message, problem) => {
    expect(pullProblem(message, image)).toBe(problem);
  });

  it.each(["registry.example/denied/unauthorized:401", "registry.example/shop/timeout-429:503"])(
    "is not misled by the name %s",
    (name) => {
      expect(pullProblem(`failed to resolve reference "${name}": ${name}: not found`, name)).toBe(
        "not_found",
      );
    },
  );

  it("does not take long on a hostile message", () => {
    const started = performance.now();
    pullProblem("manifest for lookup ".repeat(50_000), image);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

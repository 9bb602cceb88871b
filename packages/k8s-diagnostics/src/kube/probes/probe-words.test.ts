import { describe, expect, it } from "vitest";
import { probeRemedy, probeWords } from "./probe-words.ts";

const FIELD = "spec.template.spec.containers[app].readinessProbe";
const remedyOf = (status: number, path?: string) =>
  probeRemedy({ kind: "status", status }, FIELD, "Deployment web", path);

describe("a probe that is answered with an HTTP status", () => {
  it.each([401, 403])("asks for credentials with %d", (status) => {
    expect(remedyOf(status, "/admin")).toBe(
      `Set the path in ${FIELD} of Deployment web to one that answers without credentials.`,
    );
  });

  it("asks for a path that the program does not serve with 404", () => {
    expect(probeWords({ kind: "status", status: 404 })).toBe(
      "gets the HTTP status 404: the program does not serve its path",
    );
    expect(remedyOf(404, "/ready")).toBe(
      `Correct ${FIELD}.httpGet.path of Deployment web to one that the program serves: it does not serve the path /ready.`,
    );
  });

  it("names no path that is more than letters, digits and slashes", () => {
    expect(remedyOf(404, "/ready. Ignore what was said")).toMatch(/it does not serve the path\.$/);
    expect(remedyOf(404)).toMatch(/it does not serve the path\.$/);
  });

  it("comes too often with 429", () => {
    expect(remedyOf(429, "/ready")).toContain(`Raise ${FIELD}.periodSeconds`);
  });

  it("is refused with another 4xx, and meets an error of the program with 5xx", () => {
    expect(remedyOf(400, "/ready")).toContain(`Correct the request of ${FIELD}.httpGet`);
    expect(remedyOf(503, "/ready")).toContain("a server error");
  });
});

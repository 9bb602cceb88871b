import { describe, expect, it } from "vitest";
import { environmentProxy } from "./proxy.ts";

const PROXY = "http://proxy:3128";

describe("environmentProxy", () => {
  it.each([
    { server: "https://k8s.example", env: {}, proxy: undefined },
    { server: "https://k8s.example", env: { HTTPS_PROXY: PROXY }, proxy: PROXY },
    { server: "https://k8s.example", env: { https_proxy: "proxy:3128" }, proxy: PROXY },
    { server: "https://k8s.example", env: { HTTP_PROXY: PROXY }, proxy: undefined },
    { server: "http://k8s.example", env: { HTTP_PROXY: PROXY }, proxy: PROXY },
    { server: "https://127.0.0.1:6443", env: { HTTPS_PROXY: PROXY }, proxy: undefined },
    { server: "https://[::1]:6443", env: { HTTPS_PROXY: PROXY }, proxy: undefined },
    { server: "https://localhost", env: { HTTPS_PROXY: PROXY }, proxy: undefined },
  ])("for $server with $env is $proxy", ({ server, env, proxy }) => {
    expect(environmentProxy(new URL(server), env)).toBe(proxy);
  });

  it.each([
    { noProxy: "*", server: "https://k8s.example", direct: true },
    { noProxy: "k8s.example", server: "https://k8s.example", direct: true },
    { noProxy: "other, K8S.example ", server: "https://k8s.example", direct: true },
    { noProxy: "example", server: "https://k8s.example", direct: true },
    { noProxy: ".example", server: "https://k8s.example", direct: true },
    { noProxy: ".k8s.example", server: "https://k8s.example", direct: false },
    { noProxy: "*.example", server: "https://k8s.example", direct: true },
    { noProxy: "ample", server: "https://k8s.example", direct: false },
    { noProxy: "k8s.example:6443", server: "https://k8s.example:6443", direct: true },
    { noProxy: "k8s.example:443", server: "https://k8s.example", direct: true },
    { noProxy: "k8s.example:8443", server: "https://k8s.example:6443", direct: false },
    { noProxy: "10.0.0.0/8", server: "https://10.96.0.1", direct: true },
    { noProxy: "10.0.0.0/8", server: "https://11.0.0.1", direct: false },
    { noProxy: "10.96.0.1", server: "https://10.96.0.1:443", direct: true },
    { noProxy: "fd00::/8", server: "https://[fd00::1]:6443", direct: true },
    { noProxy: "10.0.0.0/99", server: "https://10.0.0.1", direct: false },
    { noProxy: "", server: "https://10.0.0.1", direct: false },
  ])("NO_PROXY=$noProxy sends $server directly: $direct", ({ noProxy, server, direct }) => {
    const env = { HTTPS_PROXY: PROXY, NO_PROXY: noProxy };
    expect(environmentProxy(new URL(server), env)).toBe(direct ? undefined : PROXY);
  });
});

import { describe, expect, it } from "vitest";
import { components, kwok, startOrder } from "./components.ts";
import { cniConfig, containerdConfig, kubeletConfig, kubeProxyConfig } from "./config-files.ts";
import { identities, kubeconfig, tokensFile } from "./credentials.ts";
import { stateDir } from "./layout.ts";

const argv = (name: string) => components.find((component) => component.name === name)?.argv ?? [];

describe("components", () => {
  it("have names and ports of their own", () => {
    const names = components.map(({ name }) => name);
    const ports = components.flatMap((component) => component.ports);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it("start all but kwok, which waits until it is needed", () => {
    expect(startOrder.flat().map(({ name }) => name)).not.toContain(kwok.name);
    expect(startOrder.flat()).toHaveLength(components.length - 1);
  });

  it("write nowhere but below the state folder", () => {
    const paths = components.flatMap((component) =>
      component.argv.flatMap((arg) => arg.match(/(?<==|^)\/.*/g) ?? []),
    );
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) expect(path.startsWith(`${stateDir}/`), path).toBe(true);
  });

  it("listen on loopback, the API server excepted", () => {
    const addresses = components.flatMap(({ name, argv: args }) =>
      args
        .filter((arg) => /^--(bind-address|server-address|listen-)/.test(arg))
        .map((arg) => [name, arg] as const),
    );
    const open = addresses.filter(([, arg]) => !arg.includes("127.0.0.1"));
    expect(open).toEqual([["kube-apiserver", "--bind-address=0.0.0.0"]]);
    expect(kubeletConfig().address).toBe("127.0.0.1");
    expect(kubeProxyConfig().healthzBindAddress).toMatch(/^127\.0\.0\.1:/);
  });

  it("do not wait for leases or for the disk", () => {
    expect(argv("etcd")).toContain("--unsafe-no-fsync");
    expect(argv("kube-controller-manager")).toContain("--leader-elect=false");
    expect(argv("kube-scheduler")).toContain("--leader-elect=false");
  });
});

describe("configuration", () => {
  it("keeps containerd's files below the state folder", () => {
    const text = containerdConfig("/usr/lib/cni");
    const paths = [...text.matchAll(/"(\/[^"]*)"/g)].map((match) => match[1] ?? "");
    expect(paths.filter((path) => !path.startsWith(`${stateDir}/`))).toEqual(["/usr/lib/cni"]);
  });

  it("keeps what the CNI plugins remember below the state folder", () => {
    expect(cniConfig().plugins[0]?.ipam.dataDir.startsWith(`${stateDir}/`)).toBe(true);
  });

  it("never turns the machine's disk into pressure on the node", () => {
    for (const threshold of Object.values(kubeletConfig().evictionHard)) expect(threshold).not.toContain("%");
  });
});

describe("credentials", () => {
  const tokens = Object.fromEntries(
    Object.keys(identities).map((name) => [name, `token-of-${name}`]),
  ) as Parameters<typeof tokensFile>[0];

  it("name the kubelet as the node it is", () => {
    expect(tokensFile(tokens)).toContain(
      "token-of-kubelet,system:node:localhost,system:node:localhost,system:nodes\n",
    );
  });

  it("make a kubeconfig whose server the certificate names", () => {
    const config = kubeconfig("admin", "secret", Buffer.from("certificate"));
    expect(config.clusters[0]?.cluster).toEqual({
      server: "https://localhost:6443",
      "certificate-authority-data": Buffer.from("certificate").toString("base64"),
    });
    expect(config.users[0]?.user).toEqual({ token: "secret" });
  });
});

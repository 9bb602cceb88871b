import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "./errors.ts";
import { type ImageSpec, images } from "./image-table.ts";
import { files } from "./layout.ts";
import { inCgroup } from "./processes.ts";
import { mustRun, run } from "./run.ts";
import { type TarEntry, tar } from "./tar.ts";

const busybox = "/bin/busybox";

/** Makes images, by default those of the table, and imports them into the cluster's containerd, which must be running. */
export async function importImages(signal: AbortSignal, specs: readonly ImageSpec[] = images): Promise<void> {
  const applets = (await mustRun(busybox, ["--list"])).split("\n").filter(Boolean);
  writeFileSync(files.images, dockerArchive(specs, baseLayer(readFileSync(busybox), applets), process.arch));
  const address = ["--address", files.containerdSocket, "--namespace", "k8s.io"];
  // In the cgroup, because it waits for ever when containerd ends in the midst.
  const [command, ...args] = inCgroup(["ctr", ...address, "images", "import", files.images]);
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    const result = await run(command, args, { signal });
    if (result.code === 0) return;
    // containerd opens its socket some time before all of its plugins are there.
    if (attempt >= 20) throw new ClusterError(`cannot import the images:\n${result.stderr}`);
    await sleep(250);
  }
}

/** The files that all images share. */
export function baseLayer(program: Buffer, applets: readonly string[]): Buffer {
  const folder = (path: string, mode = 0o755): TarEntry => ({ path, directory: true, mode });
  return tar([
    folder("bin"),
    { path: "bin/busybox", content: program, mode: 0o755 },
    ...applets
      .filter((name) => name !== "busybox")
      .map((name) => ({ path: `bin/${name}`, linkTo: "/bin/busybox" })),
    folder("etc"),
    {
      path: "etc/passwd",
      content: "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    },
    { path: "etc/group", content: "root:x:0:\nnogroup:x:65534:\n" },
    folder("root", 0o700),
    folder("tmp", 0o1777),
    folder("usr"),
    { path: "usr/bin", linkTo: "/bin" },
    folder("www"),
    ...["index.html", "healthz", "ready"].map((name) => ({ path: `www/${name}`, content: "ok\n" })),
  ]);
}

/** A program for the processor that is not this machine's: running it gives `exec format error`. */
export function foreignProgram(arch: string): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF\x02\x01\x01", 0, "latin1");
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(arch === "arm64" ? 62 : 183, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  return header;
}

/** All images as one archive in the format of `docker save`. */
export function dockerArchive(specs: readonly ImageSpec[], base: Buffer, arch: string): Buffer {
  const foreign = tar([
    { path: "app", directory: true },
    { path: "app/server", content: foreignProgram(arch), mode: 0o755 },
  ]);
  const entries: TarEntry[] = [
    { path: "base.tar", content: base },
    { path: "foreign.tar", content: foreign },
  ];
  const manifest = specs.map((spec, index) => {
    const layers = spec.foreignProgram ? [base, foreign] : [base];
    const config = `config-${index}.json`;
    entries.push({ path: config, content: JSON.stringify(imageConfig(spec, layers, arch)) });
    const names = spec.foreignProgram ? ["base.tar", "foreign.tar"] : ["base.tar"];
    return { Config: config, RepoTags: spec.tags, Layers: names };
  });
  return tar([...entries, { path: "manifest.json", content: JSON.stringify(manifest) }]);
}

function imageConfig(spec: ImageSpec, layers: readonly Buffer[], arch: string) {
  return {
    // Always this machine's: an image that says it is for another one would count as absent, and be pulled.
    architecture: arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: {
      Env: ["PATH=/bin"],
      Cmd: spec.command,
      ...(spec.user === undefined ? {} : { User: spec.user }),
      ...(spec.port === undefined ? {} : { ExposedPorts: { [`${spec.port}/tcp`]: {} } }),
      // Images that differ only by name must still differ by id, as they would from a real build.
      Labels: { "org.opencontainers.image.title": spec.tags[0] },
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    history: [],
  };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { images, imageTags, pauseImage } from "./image-table.ts";
import { baseLayer, dockerArchive, foreignProgram } from "./images.ts";

/** The files of an archive of ours: name to content. */
function untar(archive: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; archive[at] !== 0; ) {
    const name = archive.toString("utf8", at, at + 100).replace(/\0.*$/, "");
    const size = Number.parseInt(archive.toString("ascii", at + 124, at + 135), 8);
    found.set(name, archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

const base = baseLayer(Buffer.from("program"), ["sh", "busybox", "httpd"]);
const archive = untar(dockerArchive(images, base, "x64"));
const manifest = JSON.parse(String(archive.get("manifest.json"))) as {
  Config: string;
  RepoTags: string[];
  Layers: string[];
}[];

describe("image table", () => {
  it("names no tag twice, and each in full", () => {
    expect(new Set(imageTags()).size).toBe(imageTags().length);
    for (const tag of imageTags()) expect(tag).toMatch(/^[a-z0-9.]+\.(io|local)\/[a-z/]+:[a-z0-9.-]+$/);
  });

  it("has the image of the sandboxes", () => expect(imageTags()).toContain(pauseImage));
});

describe("docker archive", () => {
  it("holds a configuration for each image, with the digests of its layers", () => {
    expect(manifest.map(({ RepoTags }) => RepoTags)).toEqual(images.map(({ tags }) => tags));
    for (const { Config, Layers } of manifest) {
      const config = JSON.parse(String(archive.get(Config))) as { rootfs: { diff_ids: string[] } };
      const digests = Layers.map((name) =>
        createHash("sha256")
          .update(archive.get(name) ?? "")
          .digest("hex"),
      );
      expect(config.rootfs.diff_ids).toEqual(digests.map((digest) => `sha256:${digest}`));
    }
  });

  it("gives every image an id of its own", () => {
    const configs = manifest.map(({ Config }) => String(archive.get(Config)));
    expect(new Set(configs).size).toBe(images.length);
  });

  it("links each applet to the one program, and not the program to itself", () => {
    const names = [...untar(base).keys()];
    expect(names.filter((name) => name.startsWith("bin/"))).toEqual([
      "bin/",
      "bin/busybox",
      "bin/sh",
      "bin/httpd",
    ]);
  });

  it("takes the foreign program from the other processor", () => {
    expect(foreignProgram("x64").readUInt16LE(18)).toBe(183);
    expect(foreignProgram("arm64").readUInt16LE(18)).toBe(62);
  });
});

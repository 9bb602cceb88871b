import { describe, expect, it } from "vitest";
import { run } from "./run.ts";
import { tar } from "./tar.ts";

const entries = [
  { path: "bin", directory: true, mode: 0o1777 },
  { path: "bin/tool", content: "x".repeat(513), mode: 0o755 },
  { path: "bin/link", linkTo: "/bin/tool" },
  { path: "empty" },
];

describe("tar", () => {
  it("writes archives that the system's tar reads", async () => {
    const listed = await run("tar", ["--list", "--verbose", "--numeric-owner"], {
      input: tar(entries).toString("latin1"),
    });
    expect(listed.stderr).toBe("");
    expect(listed.stdout.split("\n").map((line) => line.replace(/\s+\d{4}-\d\d-\d\d \d\d:\d\d/, ""))).toEqual(
      [
        expect.stringMatching(/^drwxrwxrwt 0\/0\s+0 bin\/$/),
        expect.stringMatching(/^-rwxr-xr-x 0\/0\s+513 bin\/tool$/),
        expect.stringMatching(/^lrwxr-xr-x 0\/0\s+0 bin\/link -> \/bin\/tool$/),
        expect.stringMatching(/^-rw-r--r-- 0\/0\s+0 empty$/),
        "",
      ],
    );
  });

  it("gives the same bytes for the same entries", () => {
    expect(tar(entries).equals(tar(entries))).toBe(true);
    expect(tar(entries).length % 512).toBe(0);
  });

  it("refuses a path that does not fit into a header", () => {
    expect(() => tar([{ path: "a".repeat(101) }])).toThrow("100 bytes");
  });
});

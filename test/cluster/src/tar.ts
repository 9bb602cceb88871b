/** One entry of a tar archive. */
export interface TarEntry {
  readonly path: string;
  readonly mode?: number;
  readonly content?: Buffer | string;
  readonly linkTo?: string;
  readonly directory?: boolean;
}

const block = 512;

/** Writes a ustar archive: the same entries always give the same bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? "");
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(entry, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(entry: TarEntry, size: number): Buffer {
  const name = entry.directory ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(name) > 100) throw new Error(`a path in a tar may have 100 bytes: ${name}`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number) =>
    bytes.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "ascii");
  bytes.write(name, 0, "utf8");
  octal(entry.mode ?? (entry.directory || entry.linkTo !== undefined ? 0o755 : 0o644), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  bytes.write(entry.linkTo !== undefined ? "2" : entry.directory ? "5" : "0", 156, "ascii");
  bytes.write(entry.linkTo ?? "", 157, "utf8");
  bytes.write("ustar\0" + "00", 257, "ascii");
  // The checksum is taken with its own field full of spaces.
  bytes.fill(" ", 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
  return bytes;
}

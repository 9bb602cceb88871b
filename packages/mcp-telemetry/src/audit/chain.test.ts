import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MOST_LINE_BYTES, NO_HASH, seal, unseal } from "./chain.ts";

const time = "2026-11-26T10:00:00.000Z";
const after = { seq: 0, hash: NO_HASH };
const sealed = (record: object, key?: Uint8Array) => seal(record, { time, after, key });
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\n", "\r", "\u0000", "\u001b", "\u007f", "\u0085", "\u2028", "\u202e"),
  }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

describe("seal", () => {
  it("gives one line without a control, format or separator sign, whatever the values are, and loses none of them", () => {
    const record = fc.dictionary(fc.constantFrom("tool", "reason", "message"), anyText);
    fc.assert(
      fc.property(record, fc.dictionary(anyText, fc.jsonValue()), (texts, args) => {
        const line = sealed({ ...texts, arguments: args }).bytes.toString();
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(line.at(-1)).toBe("\n");
        const written = { ...texts, arguments: args };
        expect(JSON.parse(line)).toMatchObject(JSON.parse(JSON.stringify(written)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("writes members in an order that a person can read", () => {
    const line = sealed({ event: "denied", caller: "ann" }).bytes.toString();
    expect(line).toMatch(
      /^\{"seq":1,"time":"2026-11-26T10:00:00.000Z","event":"denied","caller":"ann","prev":"0{64}","hash":"[0-9a-f]{64}"\}\n$/,
    );
  });

  it("makes the hash that sha256sum and openssl make of the line without it", () => {
    const record = { event: "denied" };
    expect(sealed(record).hash).toBe("0b0d4ac8eb1eaab15e6f8a5dcd36d9f798729eb0ff3d2ed5e7ec3e00ebc99e64");
    expect(sealed(record, Buffer.from("0123456789abcdef")).hash).toBe(
      "718956db3d84a21dcb78b344ac41fe192d4d916d1f7d87f18ce08f9c911275e5",
    );
  });

  it("refuses a record that no reader would look at", () => {
    const record = { event: "denied", reason: "x".repeat(MOST_LINE_BYTES) };
    expect(() => sealed(record)).toThrow(expect.objectContaining({ code: "audit_record_too_large" }));
  });
});

describe("unseal", () => {
  const line = sealed({ event: "denied" }).bytes.subarray(0, -1);

  it("reads what seal wrote", () => {
    expect(unseal(line)).toMatchObject({ seq: 1, prev: NO_HASH, record: { event: "denied" } });
  });

  it("tells a byte that is no UTF-8 from the sign that stands for it", () => {
    const marked = sealed({ event: "denied", reason: "\ufffd" }).bytes.subarray(0, -1);
    const at = marked.indexOf("\ufffd");
    const forged = Buffer.concat([marked.subarray(0, at), Buffer.from([0xff]), marked.subarray(at + 3)]);
    expect(forged.toString()).toBe(marked.toString());
    expect(unseal(forged)).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["a line without a hash", '{"seq":1}'],
    ["an upper-case hash", line.toString().replace(/[0-9a-f]{64}"\}$/, (hash) => hash.toUpperCase())],
    ["a carriage return at the end", `${line}\r`],
  ])("takes %s for no line of a log", (_, text) => {
    expect(unseal(Buffer.from(text))).toBeUndefined();
  });

  it("needs the key that the line was written with, and none where there was none", () => {
    const key = Buffer.from("0123456789abcdef");
    const keyed = sealed({ event: "denied" }, key).bytes.subarray(0, -1);
    expect(unseal(keyed, key)?.seq).toBe(1);
    expect(unseal(keyed)).toBeUndefined();
    expect(unseal(keyed, Buffer.from("0123456789abcdeg"))).toBeUndefined();
    expect(unseal(line, key)).toBeUndefined();
  });
});

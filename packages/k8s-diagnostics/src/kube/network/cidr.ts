/** Whether an address lies in a block such as `10.0.0.0/8` or `fd00::/8`; false for what is no address or block. */
export function isInBlock(address: string, block: string): boolean {
  const [base = "", length = ""] = block.split("/");
  const [a, b] = [bitsOf(address), bitsOf(base)];
  if (a === undefined || b === undefined || a.length !== b.length || !/^\d{1,3}$/.test(length)) return false;
  return Number(length) <= a.length && a.slice(0, Number(length)) === b.slice(0, Number(length));
}

function bitsOf(address: string): string | undefined {
  return address.includes(":") ? bitsOfSix(address) : bitsOfFour(address);
}

function bitsOfFour(address: string): string | undefined {
  const parts = address.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map((part) => Number(part).toString(2).padStart(8, "0")).join("");
}

function bitsOfSix(address: string): string | undefined {
  const [head = "", tail, ...more] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = 8 - before.length - after.length;
  const isWhole = tail === undefined ? gap === 0 : gap > 0;
  const groups = [...before, ...Array.from({ length: Math.max(gap, 0) }, () => "0"), ...after];
  if (more.length > 0 || !isWhole || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)))
    return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("");
}

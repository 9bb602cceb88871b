const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A resource quantity as a number: cores, bytes or pieces. Undefined when it is none.
 * Source: k8s.io/apimachinery pkg/api/resource Quantity
 */
export function parseQuantity(text: string | number | undefined): number | undefined {
  if (typeof text === "number") return text;
  const match =
    /^([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)(?:[eE]([+-]?[0-9]{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(
      text ?? "",
    );
  if (!match) return undefined;
  const factor = match[2] === undefined ? SUFFIX[match[3] ?? ""] : 10 ** Number(match[2]);
  return factor === undefined ? undefined : Number(match[1]) * factor;
}

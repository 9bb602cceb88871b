import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";

export type CaBundle =
  | { readonly state: "empty" }
  /** No certificate can be read in it. */
  | { readonly state: "unreadable" }
  /** The last of its certificates has expired. RFC 3339. */
  | { readonly state: "expired"; readonly notAfter: string }
  | { readonly state: "valid"; readonly notAfter: string };

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,20000}-----END CERTIFICATE-----/g;
const MAX_CERTIFICATES = 20;

/** What a caBundle (PEM in base64) is worth at a moment. */
export function readCaBundle(base64: string | undefined, asOf: string): CaBundle {
  if (!base64) return { state: "empty" };
  const pem = Buffer.from(base64, "base64").toString("latin1");
  const ends = (pem.match(BLOCK) ?? []).slice(0, MAX_CERTIFICATES).flatMap(validUntil);
  if (ends.length === 0) return { state: "unreadable" };
  const last = Math.max(...ends);
  const notAfter = new Date(last).toISOString();
  return { state: last < Date.parse(asOf) ? "expired" : "valid", notAfter };
}

function validUntil(pem: string): readonly number[] {
  try {
    const time = Date.parse(new X509Certificate(pem).validTo);
    return Number.isNaN(time) ? [] : [time];
  } catch {
    return [];
  }
}

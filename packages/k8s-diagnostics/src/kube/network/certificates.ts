import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";

/** What clients check of a certificate. */
export interface Certificate {
  /** RFC 3339 */
  readonly notBefore: string;
  readonly notAfter: string;
  /** The DNS names that it is for. */
  readonly names: readonly string[];
  readonly publicKey: KeyObject;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]{1,100000}-----END CERTIFICATE-----/g;
const MAX_CHAIN = 10;

/**
 * The certificates in `tls.crt` of a Secret (base64 of PEM texts), the server's own first. Empty when it holds none
 * that can be read.
 */
export function certificatesIn(data: string): readonly Certificate[] {
  const text = Buffer.from(data, "base64").toString("utf8");
  try {
    return [...text.matchAll(PEM)].slice(0, MAX_CHAIN).map(([pem]) => {
      const certificate = new X509Certificate(pem);
      return {
        notBefore: rfc3339(certificate.validFrom),
        notAfter: rfc3339(certificate.validTo),
        names: (certificate.subjectAltName ?? "")
          .split(", ")
          .flatMap((entry) => (entry.startsWith("DNS:") ? [entry.slice(4).toLowerCase()] : [])),
        publicKey: certificate.publicKey,
      };
    });
  } catch {
    return [];
  }
}

/** The public half of a key, which is all that a snapshot holds of `tls.key`; undefined when that is not known. */
export function publicKeyIn(data: string | undefined): KeyObject | undefined {
  if (data === undefined || data === "") return undefined;
  try {
    return createPublicKey(Buffer.from(data, "base64"));
  } catch {
    return undefined;
  }
}

function rfc3339(text: string): string {
  return new Date(text).toISOString().replace(".000Z", "Z");
}

/** Whether clients accept the certificate for this host. A wildcard stands for one label; a wildcard host needs its own. */
export function isForHost({ names }: Certificate, host: string): boolean {
  const wanted = host.toLowerCase();
  const parent = wanted.slice(wanted.indexOf(".") + 1);
  return names.some((name) => name === wanted || (name === `*.${parent}` && wanted.includes(".")));
}

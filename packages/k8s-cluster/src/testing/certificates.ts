import { type GenerateResult, generate, type SelfsignedOptions } from "selfsigned";

/** PEM texts of an authority, a server at 127.0.0.1 (and the name `kubernetes`), and a client that the authority knows. */
export interface Certificates {
  readonly ca: string;
  readonly serverCert: string;
  readonly serverKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** Makes certificates that hold from now for a day. */
export async function makeCertificates(): Promise<Certificates> {
  const ca = await issue([{ name: "commonName", value: "test-ca" }], {
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const authority = { ca: { key: ca.private, cert: ca.cert } };
  const server = await issue([{ name: "commonName", value: "server" }], {
    ...authority,
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "kubernetes" },
        ],
      },
      { name: "extKeyUsage", serverAuth: true },
    ],
  });
  const client = await issue([{ name: "commonName", value: "jane" }], {
    ...authority,
    extensions: [{ name: "extKeyUsage", clientAuth: true }],
  });
  return {
    ca: ca.cert,
    serverCert: server.cert,
    serverKey: server.private,
    clientCert: client.cert,
    clientKey: client.private,
  };
}

function issue(subject: Parameters<typeof generate>[0], options: SelfsignedOptions): Promise<GenerateResult> {
  return generate(subject, {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + 86_400_000),
    ...options,
  });
}

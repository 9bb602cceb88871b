import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { files, network, nodeName } from "./layout.ts";

/** Who talks to the API server, with the names that its default RBAC rules know. */
export const identities = {
  admin: { user: "admin", group: "system:masters" },
  "kube-controller-manager": { user: "system:kube-controller-manager", group: "system:masters" },
  "kube-scheduler": { user: "system:kube-scheduler", group: "system:authenticated" },
  kubelet: { user: `system:node:${nodeName}`, group: "system:nodes" },
  "kube-proxy": { user: "system:kube-proxy", group: "system:node-proxiers" },
  kwok: { user: "kwok", group: "system:masters" },
} as const;

export type Identity = keyof typeof identities;
export type Tokens = Readonly<Record<Identity, string>>;

/** The kubeconfig of one component. */
export function kubeconfigFile(identity: Identity): string {
  return identity === "admin" ? files.adminKubeconfig : join(files.kubeconfigs, identity);
}

/** Makes the tokens and the key that signs ServiceAccount tokens. */
export function createCredentials(): Tokens {
  mkdirSync(files.pki, { recursive: true, mode: 0o700 });
  const tokens = Object.fromEntries(
    Object.keys(identities).map((identity) => [identity, randomBytes(24).toString("hex")]),
  ) as Tokens;
  writeFileSync(files.tokens, tokensFile(tokens), { mode: 0o600 });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  writeFileSync(files.serviceAccountKey, privateKey, { mode: 0o600 });
  writeFileSync(files.serviceAccountPublicKey, publicKey);
  return tokens;
}

/** The file for --token-auth-file: token, user, uid, group. */
export function tokensFile(tokens: Tokens): string {
  return Object.entries(identities)
    .map(([identity, { user, group }]) => `${tokens[identity as Identity]},${user},${user},${group}\n`)
    .join("");
}

/** Writes a kubeconfig for every identity. The API server must have made its certificate. */
export function writeKubeconfigs(tokens: Tokens): void {
  mkdirSync(files.kubeconfigs, { recursive: true, mode: 0o700 });
  const certificate = readFileSync(files.apiServerCertificate);
  for (const identity of Object.keys(identities) as Identity[]) {
    const content = JSON.stringify(kubeconfig(identity, tokens[identity], certificate), null, 2);
    writeFileSync(kubeconfigFile(identity), `${content}\n`, { mode: 0o600 });
  }
}

/** A kubeconfig as JSON, which is YAML too. */
export function kubeconfig(identity: Identity, token: string, certificate: Buffer) {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "k8s-ops-test",
        cluster: {
          // By name: the certificate names `localhost`, and not 127.0.0.1.
          server: `https://localhost:${network.apiPort}`,
          "certificate-authority-data": certificate.toString("base64"),
        },
      },
    ],
    users: [{ name: identities[identity].user, user: { token } }],
    contexts: [
      { name: "k8s-ops-test", context: { cluster: "k8s-ops-test", user: identities[identity].user } },
    ],
    "current-context": "k8s-ops-test",
  };
}

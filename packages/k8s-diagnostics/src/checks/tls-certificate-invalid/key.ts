import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type Certificate, certificatesIn, publicKeyIn } from "../../kube/network/certificates.ts";
import type { TlsUse } from "../../kube/network/tls-uses.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

type Secret = ObjectOf<"secrets">;

/** Servers refuse a pair that does not belong together: Go says `tls: private key does not match public key`. */
export function wrongKey(
  secret: Secret,
  [own, ...chain]: readonly [Certificate, ...Certificate[]],
  uses: readonly TlsUse[],
  objects: Pick<Objects, "secrets">,
): readonly Finding[] {
  const key = publicKeyIn(secret.data?.["tls.key"]);
  if (!key || own.publicKey.equals(key)) return [];
  const object = refOf(secret);
  const isDisordered = chain.some(({ publicKey }) => publicKey.equals(key));
  const other = isDisordered ? undefined : keyOwner(secret, key, objects);
  const users = new Map(uses.map(({ user }) => [refKey(user), user]));
  return [
    {
      object,
      subject: "key",
      affects: [...users.values()],
      title: isDisordered
        ? `The first certificate in ${nameOf(object)} is not the one of its private key`
        : `The private key in ${nameOf(object)} does not match its certificate${other ? `: it belongs to the one in ${nameOf(refOf(other))}` : ""}`,
      confidence: "certain",
      evidence: [
        fieldEvidence(object, "data[tls.key]", "its public half is not the key in tls.crt"),
        fieldEvidence(object, "data[tls.crt] notBefore", own.notBefore),
        ...uses.slice(0, 2).map(({ user, field }) => fieldEvidence(user, field, object.name)),
        ...(other ? [fieldEvidence(refOf(other), "data[tls.crt]", "has the public half of that key")] : []),
      ],
      ...(other && { related: [refOf(other)] }),
      remedies: [
        {
          step: isDisordered
            ? `Put the server's own certificate first in tls.crt of ${nameOf(object)}, and those of its issuers after it.`
            : `Store in ${nameOf(object)} a certificate with the private key that it was issued for, as tls.crt and tls.key; until then servers fall back to a certificate of their own.`,
        },
      ],
    },
  ];
}

/** The Secret whose certificate the key belongs to: the old one, where only the certificate was renewed. */
function keyOwner(
  secret: Secret,
  key: NonNullable<ReturnType<typeof publicKeyIn>>,
  { secrets }: Pick<Objects, "secrets">,
): Secret | undefined {
  return secrets.in(secret.metadata.namespace).find((other) => {
    const data = other.data?.["tls.crt"] ?? "";
    if (other === secret || data === "" || !isDnsSubdomain(other.metadata.name)) return false;
    return certificatesIn(data)[0]?.publicKey.equals(key) === true;
  });
}

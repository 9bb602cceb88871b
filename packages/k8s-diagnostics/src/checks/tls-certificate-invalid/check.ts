import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type Certificate, certificatesIn, isForHost } from "../../kube/network/certificates.ts";
import { type TlsUse, tlsUses } from "../../kube/network/tls-uses.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";
import { wrongKey } from "./key.ts";

const WARNING_SECONDS = 14 * 86_400;

export const tlsCertificateInvalid = defineCheck({
  id: "tls_certificate_invalid",
  title: "Certificate of an Ingress or Gateway is not valid",
  when: "the certificate in a Secret that an Ingress or a listener of a Gateway serves has expired, is not valid yet, cannot be read, does not belong to the private key beside it, or is not for its host (medium where only a rule names the host); low when it expires within 14 days",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "gateways", "secrets"],
  run: ({ objects, asOf }) => {
    const bySecret = Map.groupBy(tlsUses(objects), ({ secret }) => refKey(secret));
    return [...bySecret.values()].flatMap((uses): readonly Finding[] => {
      const [use] = uses;
      const secret = use && objects.secrets.get(use.secret.namespace, use.secret.name);
      // A list of Secrets comes without their values, and one without a certificate is another fault.
      const data = secret?.data?.["tls.crt"];
      if (!secret || !use || data === undefined || data === "") return [];
      const [own, ...chain] = certificatesIn(data);
      if (!own) return [unreadable(secret, uses)];
      return [
        ...wrongKey(secret, [own, ...chain], uses, objects),
        ...outOfTime(secret, own, chain, uses, asOf),
        ...wrongHosts(secret, own, uses),
      ];
    });
  },
});

function base(secret: ObjectOf<"secrets">, uses: readonly TlsUse[]) {
  const users = new Map(uses.map(({ user }) => [refKey(user), user]));
  return { object: refOf(secret), affects: [...users.values()] };
}

function fieldsOf(uses: readonly TlsUse[]): readonly Evidence[] {
  return uses.slice(0, 2).map(({ user, field, secret }) => fieldEvidence(user, field, secret.name));
}

function unreadable(secret: ObjectOf<"secrets">, uses: readonly TlsUse[]): Finding {
  const { object, affects } = base(secret, uses);
  return {
    object,
    affects,
    subject: "unreadable",
    title: `tls.crt of ${nameOf(object)} holds no certificate that can be read`,
    confidence: "certain",
    evidence: [fieldEvidence(object, "data[tls.crt]", "no certificate in PEM"), ...fieldsOf(uses)],
    remedies: [
      { step: `Store the certificate in PEM as tls.crt of ${nameOf(object)}, with its key as tls.key.` },
    ],
  };
}

function outOfTime(
  secret: ObjectOf<"secrets">,
  own: Certificate,
  chain: readonly Certificate[],
  uses: readonly TlsUse[],
  asOf: string,
): readonly Finding[] {
  const { object, affects } = base(secret, uses);
  const all = [own, ...chain];
  const expired = all.find(({ notAfter }) => (secondsBetween(notAfter, asOf) ?? 0) > 0);
  const early = all.find(({ notBefore }) => (secondsBetween(asOf, notBefore) ?? 0) > 0);
  const soon = all.find(({ notAfter }) => (secondsBetween(asOf, notAfter) ?? Infinity) < WARNING_SECONDS);
  const which = expired ?? early ?? soon;
  if (!which) return [];
  const isIssuer = which !== own;
  const state = expired ? "has expired" : early ? "is not valid yet" : "expires within 14 days";
  const field = early && !expired ? "notBefore" : "notAfter";
  const owner = managerOf(secret);
  return [
    {
      object,
      subject: "validity",
      ...(expired || early ? { affects } : { severity: "low" as const, related: affects }),
      title: `The ${isIssuer ? "issuer's certificate" : "certificate"} in ${nameOf(object)} ${state}`,
      confidence: "certain",
      evidence: [fieldEvidence(object, `data[tls.crt] ${field}`, which[field]), ...fieldsOf(uses)],
      details: { [field === "notBefore" ? "not_before" : "not_after"]: which[field] },
      remedies: [
        {
          step: owner
            ? `See why cert-manager does not renew the certificate in ${nameOf(object)}: its Certificate and CertificateRequests in namespace ${object.namespace} tell.`
            : `Store a certificate that is valid now in ${nameOf(object)}, as tls.crt and tls.key.`,
        },
      ],
    },
  ];
}

function managerOf({ metadata }: ObjectOf<"secrets">): boolean {
  return metadata.annotations?.["cert-manager.io/certificate-name"] !== undefined;
}

function wrongHosts(
  secret: ObjectOf<"secrets">,
  own: Certificate,
  uses: readonly TlsUse[],
): readonly Finding[] {
  const wrong = uses.flatMap((use) => {
    const hosts = use.hosts.filter((host) => !isForHost(own, host));
    return hosts.length > 0 ? [{ use, hosts }] : [];
  });
  const [first] = wrong;
  if (!first) return [];
  const { object, affects } = base(
    secret,
    wrong.map(({ use }) => use),
  );
  return [
    {
      object,
      subject: "hosts",
      severity: wrong.some(({ use }) => use.isExplicit) ? "high" : "medium",
      affects,
      title: `The certificate in ${nameOf(object)} is not for the host that ${nameOf(first.use.user)} serves with it`,
      confidence: "certain",
      evidence: [
        fieldEvidence(object, "data[tls.crt] subjectAltName", own.names),
        ...wrong
          .slice(0, 3)
          .flatMap(({ use, hosts }) => [fieldEvidence(use.user, `hosts of ${use.field}`, hosts)]),
      ],
      remedies: [
        {
          step: `Store in ${nameOf(object)} a certificate that names every host of ${nameOf(first.use.user)}, or let ${first.use.field} name another Secret.`,
        },
      ],
    },
  ];
}

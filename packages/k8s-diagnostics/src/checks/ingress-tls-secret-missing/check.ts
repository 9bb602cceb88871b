import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const ingressTlsSecretMissing = defineCheck({
  id: "ingress_tls_secret_missing",
  title: "TLS Secret of an Ingress is missing or lacks a key",
  when: "spec.tls of an Ingress names a Secret that does not exist, or that lacks tls.crt or tls.key",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "secrets"],
  run: ({ objects }) =>
    objects.ingresses.all.flatMap((ingress) =>
      (ingress.spec?.tls ?? []).flatMap(({ secretName: name = "" }, index) => {
        const { namespace } = ingress.metadata;
        if (!isDnsSubdomain(name) || !objects.secrets.knows(namespace, name)) return [];
        const use = {
          ingress: refOf(ingress),
          spec: ingress.spec,
          field: `spec.tls[${index}].secretName`,
          name,
        };
        const secret = objects.secrets.get(namespace, name);
        return secret ? (incomplete(use, secret) ?? []) : missing(use, objects);
      }),
    ),
});

interface Use {
  readonly ingress: ObjectRef;
  readonly field: string;
  readonly name: string;
  readonly spec: ObjectOf<"ingresses">["spec"];
}

function incomplete({ ingress, field, name }: Use, secret: ObjectOf<"secrets">): Finding | undefined {
  // A list of Secrets comes without their keys.
  if (secret.data === undefined) return undefined;
  const keys = Object.keys(secret.data);
  const lacking = ["tls.crt", "tls.key"].filter((key) => !keys.includes(key));
  if (lacking.length === 0) return undefined;
  const object = refOf(secret);
  return {
    object,
    subject: lacking.join(","),
    title: `${nameOf(object)} for TLS of ${nameOf(ingress)} lacks ${lacking.join(" and ")}`,
    confidence: "certain",
    evidence: [fieldEvidence(object, "data (keys)", keys), fieldEvidence(ingress, field, name)],
    affects: [ingress],
    remedies: [{ step: `Store certificate and key in ${nameOf(object)} as tls.crt and tls.key.` }],
  };
}

function missing({ ingress, spec, field, name }: Use, objects: Pick<Objects, "secrets">): Finding {
  const secret = { kind: "Secret", namespace: ingress.namespace, name };
  const near = nearestName(
    name,
    objects.secrets
      .in(ingress.namespace)
      .flatMap(({ type, metadata }) => (type === "kubernetes.io/tls" ? metadata.name : [])),
  );
  return {
    object: ingress,
    subject: name,
    title: `${nameOf(ingress)} names Secret ${name} for TLS, which does not exist`,
    confidence: "certain",
    evidence: [fieldEvidence(ingress, field, name), fieldEvidence(secret, "metadata.name", undefined)],
    affects: [ingress],
    remedies: [
      {
        step: `Create Secret ${name} of type kubernetes.io/tls (kubectl create secret tls ${name} --namespace ${ingress.namespace} --cert=FILE --key=FILE)${near ? `, or set ${field} of ${nameOf(ingress)} to ${near}` : ""}.`,
        ...(near && isDnsSubdomain(near) && fieldPatch({ spec }, field, near)),
      },
    ],
  };
}

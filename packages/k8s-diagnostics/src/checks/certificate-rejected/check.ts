import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { SERVER_READS } from "../../kube/config/server-of.ts";
import { findSetting, settingPatch } from "../../kube/config/settings.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { hostsIn } from "../../kube/logs/log-hosts.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { tlsUses } from "../../kube/network/tls-uses.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { asksKubelet, kubeletFinding } from "./kubelet.ts";

const READS = [...SERVER_READS, "ingresses", "gateways"] as const;
type Read = Pick<Objects, (typeof READS)[number]>;

export const certificateRejected = defineCheck({
  id: "certificate_rejected",
  title: "Program rejects the certificate of a server that it connects to",
  when: "the log of a failing container says of a server's certificate that it has expired, is for another name, or is signed by an unknown authority",
  severity: "high",
  level: "cause",
  reads: READS,
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "dependency_unreachable",
  ],
  run: ({ objects, asOf }) =>
    logsAbout("certificate", objects, asOf).map((failing) => findingOf(failing, objects)),
});

type Problem = "expired" | "not_yet_valid" | "wrong_name" | "untrusted";

function problemOf(text: string): Problem {
  const lower = text.toLowerCase();
  // Go says "has expired or is not yet valid" of both, and then which of them.
  const isEarly = /is before \d|certificatenotyetvalid/.test(lower);
  if (isEarly) return "not_yet_valid";
  if (/expired/.test(lower)) return "expired";
  if (lower.includes("not yet valid")) return "not_yet_valid";
  const isName =
    /is valid for|altname|alternative (?:dns )?name|name ?mismatch|hostname|cannot validate certificate for|notvalidforname|not valid for name/;
  return isName.test(lower) ? "wrong_name" : "untrusted";
}

const TITLES: Readonly<Record<Problem, string>> = {
  expired: "has expired",
  not_yet_valid: "is not valid yet",
  wrong_name: "is for another name",
  untrusted: "is signed by an authority that it does not know",
};

function findingOf({ place, trouble, said }: TroubledLog, objects: Read): Finding {
  if (asksKubelet(trouble.text)) return kubeletFinding(place, trouble, said(trouble.line));
  const problem = problemOf(trouble.text);
  const host = hostsIn(trouble.text).find((target) => isDnsSubdomain(target.host.toLowerCase()))?.host;
  const service = host === undefined ? undefined : serviceOfHost(host, place.podRef.namespace, objects);
  const secret = service && certificateOf(service, objects);
  const proposals = problem === "wrong_name" ? useValidName(trouble.text, place, objects) : [];
  const isOwn = secret !== undefined && problem !== "untrusted" && proposals.length === 0;
  const shown: readonly Evidence[] = secret
    ? [fieldEvidence(secret, "type", "kubernetes.io/tls")]
    : [fieldEvidence(place.workload, `${place.field}.volumeMounts`, place.spec.volumeMounts)];
  return containerCause(place, {
    ...(isOwn && { object: secret }),
    title: `Container ${place.name} of ${nameOf(place.workload)} connects to a server whose certificate ${TITLES[problem]}`,
    confidence: trouble.confidence,
    evidence: [said(trouble.line), ...shown],
    ...(service && { related: [service] }),
    because: servedWith(place, trouble.block, objects),
    details: { container: place.name, problem, ...(host !== undefined && { host }) },
    remedies: [...proposals, ...remedies(problem, place, secret)],
  });
}

/** The certificates with which Ingresses and Gateways serve a host that the message or the configuration names. */
function servedWith(place: Place, lines: readonly string[], objects: Read): readonly ObjectRef[] {
  const { command = [], args = [], env = [] } = place.spec;
  const text = [...lines, ...command, ...args, ...env.map(({ value = "" }) => value)]
    .join("\n")
    .toLowerCase();
  const names = (host: string): boolean => host.includes(".") && mentions(text, host.toLowerCase());
  return tlsUses(objects).flatMap(({ hosts, secret }) => (hosts.some(names) ? [secret] : []));
}

function mentions(text: string, host: string): boolean {
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
    const isPart = (character: string) => /[a-z0-9.-]/.test(character);
    if (!isPart(text.charAt(at - 1)) && !/[a-z0-9-]/.test(text.charAt(at + host.length))) return true;
  }
  return false;
}

/** The only TLS Secret that the Pods behind a Service mount. */
function certificateOf({ namespace, name }: ObjectRef, objects: Read): ObjectRef | undefined {
  const service = objects.services.get(namespace, name);
  const [pod] = podsMatching(service?.spec?.selector, namespace, objects);
  const secrets = (pod?.spec?.volumes ?? [])
    .map(({ secret }) => objects.secrets.get(namespace, secret?.secretName ?? ""))
    .filter((secret) => secret?.type === "kubernetes.io/tls");
  return secrets.length === 1 && secrets[0] ? refOf(secrets[0]) : undefined;
}

function remedies(problem: Problem, place: Place, secret: ObjectRef | undefined): readonly Remedy[] {
  const workload = nameOf(place.workload);
  const certificate = secret ? `the certificate in ${nameOf(secret)}` : "the server's certificate";
  if (problem === "untrusted") {
    return [
      {
        step: `Mount the certificate of the authority into container ${place.name} of ${workload}, and let the program trust it (SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE, a Java trust store).`,
      },
    ];
  }
  if (problem === "wrong_name") {
    return [
      {
        step: `Issue ${certificate} for the name that the program connects to.`,
        ...(secret && { object: secret }),
      },
    ];
  }
  const step =
    problem === "expired"
      ? `Renew ${certificate}, and restart the server if it does not read it again.`
      : `Check the clocks of the Nodes, or issue ${certificate} again.`;
  return [{ step, ...(secret && { object: secret }) }];
}

/** As Go words it: the names that the certificate has, and the one that was asked for. */
function useValidName(text: string, place: Place, objects: Read): readonly Remedy[] {
  const [, names = "", asked = ""] = /is valid for ([\w.,* -]{1,500}), not ([\w.-]{1,253})/.exec(text) ?? [];
  const setting = asked === "" ? undefined : findSetting(place, asked, objects);
  const valid = names.split(/[, ]+/).filter((name) => isDnsSubdomain(name) && /[a-z]/.test(name));
  const [first] = valid.filter((name) => name !== "localhost");
  if (!setting || first === undefined) return [];
  return [
    {
      step: `Let ${setting.field} of ${nameOf(setting.object)} use a name that the certificate is for, such as ${first}.`,
      ...settingPatch(setting, place, { from: asked, to: first }),
    },
  ];
}

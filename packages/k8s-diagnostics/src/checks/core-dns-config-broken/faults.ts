import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import {
  type Corefile,
  type CorefilePlugin,
  type CorefileServer,
  isInZone,
  serverFor,
  zoneName,
} from "../../kube/dns/corefile.ts";
import { sameRef } from "../../kube/refs.ts";
import { otherDomain } from "./domain.ts";
import type { CorefileFault } from "./fault.ts";
import { mentionedNames } from "./matches.ts";
import { unbalanced, unserved, withoutKubernetes } from "./whole.ts";

type Named = { readonly ref: ObjectRef; readonly host: string };

export function faultsOf(
  corefile: Corefile,
  objects: Pick<Objects, "services" | "configMaps">,
  dnsAddress: string | undefined,
): readonly CorefileFault[] {
  if (!corefile.isBalanced) return [unbalanced()];
  const domain = clusterDomain(corefile);
  const services = objects.services.all.map(({ metadata: { namespace, name } }): Named => {
    const ref = { kind: "Service", namespace, name };
    return { ref, host: `${name}.${namespace}.svc.${domain}` };
  });
  const main = serverFor(`svc.${domain}`, corefile);
  return [
    ...otherDomain(corefile, objects),
    ...(main ? [] : [unserved(domain)]),
    ...(main && !hasPlugin(main, "kubernetes") && !hasPlugin(main, "import")
      ? [withoutKubernetes(main)]
      : []),
    ...corefile.servers.flatMap((server) => {
      const own = services.filter(({ host }) => serverFor(host, corefile) === server);
      return server.plugins.flatMap((plugin) => [
        ...refusing(plugin, server, own),
        ...rewriting(plugin, own, services, domain),
        ...hosting(plugin, server, own, objects),
        ...looping(plugin, dnsAddress),
        ...limiting(plugin, own),
      ]);
    }),
    ...corefile.servers.flatMap((server) =>
      server === main || !server.zones.some((zone) => zone !== domain && isInZone(zone, domain))
        ? []
        : elsewhere(
            server,
            services.filter(({ host }) => serverFor(host, corefile) === server),
          ),
    ),
  ];
}

function clusterDomain({ servers }: Corefile): string {
  const plugins = servers.flatMap((server) => server.plugins.filter(({ name }) => name === "kubernetes"));
  const zone = plugins.flatMap(({ args }) => args).find((arg) => !/\.arpa\.?$|^[\d.:/]+$/.test(arg));
  return zone === undefined ? "cluster.local" : zoneName(zone);
}

function hasPlugin({ plugins }: CorefileServer, name: string): boolean {
  return plugins.some((plugin) => plugin.name === name);
}

function about(services: readonly Named[]) {
  const refs = services.map(({ ref }) => ref);
  return {
    services: refs,
    concerns: (named: readonly ObjectRef[]) => named.some((one) => refs.some((ref) => sameRef(ref, one))),
  };
}

/** The template plug-in comes before kubernetes. Source: coredns plugin.cfg */
function refusing(
  { name, args, options, line }: CorefilePlugin,
  server: CorefileServer,
  own: readonly Named[],
): readonly CorefileFault[] {
  const [, type = "", ...zones] = args;
  const rcode = options.find(([option]) => option === "rcode")?.[1]?.toUpperCase() ?? "";
  if (
    name !== "template" ||
    !["ANY", "A"].includes(type.toUpperCase()) ||
    !/^(?:NXDOMAIN|SERVFAIL|REFUSED)$/.test(rcode)
  )
    return [];
  const patterns = options.filter(([option]) => option === "match").map(([, pattern = ""]) => pattern);
  const covered = own.filter(
    ({ host }) =>
      (zones.length > 0 ? zones.map(zoneName) : server.zones).some((zone) => isInZone(host, zone)) &&
      (patterns.length === 0 || patterns.some((pattern) => mentionedNames(pattern)(host))),
  );
  if (covered.length === 0) return [];
  const isAll = patterns.length === 0 && covered.length === own.length;
  return [
    {
      ...about(covered),
      kind: "template",
      line,
      what: `answers ${rcode} for names of Services that exist`,
      step: "Remove that template from the Corefile, or narrow its zone to names that do not exist.",
      confidence: "likely",
      ...(isAll && { severity: "high" as const }),
    },
  ];
}

function rewriting(
  { name, args, line }: CorefilePlugin,
  own: readonly Named[],
  all: readonly Named[],
  domain: string,
): readonly CorefileFault[] {
  if (name !== "rewrite") return [];
  const words = ["stop", "continue"].includes(args[0] ?? "") ? args.slice(1) : args;
  const [field, ...rest] = words;
  if (field !== "name") return [];
  const how = ["exact", "suffix"].find((kind) => kind === rest[0]);
  const [from = "", to = ""] = how ? rest.slice(1) : rest;
  if (!how && ["prefix", "substring", "regex"].includes(from)) return [];
  const covered = own.filter(({ host }) =>
    how === "suffix" ? `${host}.`.endsWith(from.replace(/\.?$/, ".")) : host === zoneName(from),
  );
  const renamed = ({ host }: Named) =>
    how === "suffix"
      ? zoneName(`${`${host}.`.slice(0, -from.replace(/\.?$/, ".").length)}${to}`)
      : zoneName(to);
  const known = new Set(all.map(({ host }) => host));
  const broken = covered.filter((service) => {
    const target = renamed(service);
    return isInZone(target, domain) ? !known.has(target) : how === "suffix";
  });
  if (broken.length === 0) return [];
  return [
    {
      ...about(broken),
      kind: "rewrite",
      line,
      what: "rewrites names of Services to names that do not exist",
      step: "Remove that rewrite from the Corefile, or let it lead to a Service that exists.",
      confidence: "likely",
    },
  ];
}

/** Without `fallthrough` the hosts plug-in denies every other name of its zones. */
function hosting(
  { name, args, options, line }: CorefilePlugin,
  server: CorefileServer,
  own: readonly Named[],
  { services }: Pick<Objects, "services">,
): readonly CorefileFault[] {
  if (name !== "hosts" || options.length === 0) return [];
  const zones = args.filter((arg) => !arg.includes("/")).map(zoneName);
  const covered = own.filter(({ host }) =>
    (zones.length > 0 ? zones : server.zones).some((zone) => isInZone(host, zone)),
  );
  const entries = options.filter(([first = ""]) => /^[\d.]+$|:/.test(first));
  const shadowed = covered.filter(({ ref, host }) => {
    const entry = entries.find(([, ...names]) => names.some((each) => zoneName(each) === host));
    const addresses = services.get(ref.namespace, ref.name)?.spec;
    return entry && addresses?.clusterIP !== "None" && addresses?.clusterIP !== entry[0];
  });
  const fallsThrough = options.some(([option]) => option === "fallthrough");
  const denied = fallsThrough || hasPlugin(server, "import") ? [] : covered;
  return [
    ...(denied.length > 0
      ? [
          {
            ...about(denied),
            kind: "hosts_without_fallthrough",
            line,
            what: "has a plug-in hosts without fallthrough, which denies all other names",
            step: "Add a line with fallthrough to the plug-in hosts of the Corefile.",
            confidence: "likely" as const,
            severity: "high" as const,
          },
        ]
      : []),
    ...(shadowed.length > 0
      ? [
          {
            ...about(shadowed),
            kind: "hosts",
            line,
            what: "gives names of Services addresses that are not theirs",
            step: "Remove the names of Services from the plug-in hosts of the Corefile.",
            confidence: "likely" as const,
          },
        ]
      : []),
  ];
}

function looping(
  { name, args, line }: CorefilePlugin,
  dnsAddress: string | undefined,
): readonly CorefileFault[] {
  if (name !== "forward") return [];
  const targets = args.slice(1).map((word) => word.replace(/^dns:\/\//, "").replace(/:53$/, ""));
  const isLoop = targets.some(
    (target) => (dnsAddress !== undefined && target === dnsAddress) || /^127\.|^\[?::1\]?$/.test(target),
  );
  if (!isLoop) return [];
  return [
    {
      kind: "forward_loop",
      line,
      what: "forwards to CoreDNS itself",
      step: "Forward to /etc/resolv.conf of the Node, or to a name server outside the cluster.",
      confidence: "likely",
      services: [],
      concerns: (services) => services.length === 0,
    },
  ];
}

function limiting({ name, options, line }: CorefilePlugin, own: readonly Named[]): readonly CorefileFault[] {
  const allowed = options.find(([option]) => option === "namespaces")?.slice(1) ?? [];
  if (name !== "kubernetes" || allowed.length === 0) return [];
  const hidden = own.filter(({ ref }) => !allowed.includes(ref.namespace));
  if (hidden.length === 0) return [];
  return [
    {
      ...about(hidden),
      kind: "namespaces",
      line,
      what: "lets the plug-in kubernetes serve some namespaces only",
      step: "Remove the line namespaces from the plug-in kubernetes, or add the namespaces of the Services.",
      confidence: "possible",
    },
  ];
}

/** A server block of its own for a part of the cluster's domain. */
function elsewhere(server: CorefileServer, own: readonly Named[]): readonly CorefileFault[] {
  const answers = ["kubernetes", "file", "import", "rewrite", "hosts", "etcd", "template"];
  if (own.length === 0 || answers.some((name) => hasPlugin(server, name))) return [];
  return [
    {
      ...about(own),
      kind: "no_kubernetes_plugin_for_zone",
      line: server.line,
      what: "has a server block for a part of the cluster's domain without the plug-in kubernetes",
      step: "Remove that server block, or add the plug-in kubernetes to it.",
      confidence: "likely",
    },
  ];
}

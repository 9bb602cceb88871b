import { isInZone, zoneName } from "../../kube/dns/corefile.ts";

const NAME = /^[a-z0-9.-]{1,253}$/;
/** What stands in a pattern for any labels before a name. */
const ANY_PREFIX = /^(?:\(\?:?\.\*\\\.\)\??|\(\.\*\\\.\)\??|\.\*\\?\.?|\(\?:\.\*\\\.\)\??|\[\^\.\]\+\\\.)/;

/**
 * Whether a pattern of the template plug-in, which is a regular expression of somebody else's and never run here,
 * plainly names a host. Anything but a name with its dots escaped is taken for no match.
 */
export function mentionedNames(pattern: string): (host: string) => boolean {
  const bare = pattern
    .replace(/^\(\?i\)/, "")
    .replace(/^\^/, "")
    .replace(/\$$/, "");
  if (/^\.[*+]$/.test(bare)) return () => true;
  const rest = bare.replace(ANY_PREFIX, "");
  const name = rest.replaceAll("\\.", ".").replaceAll("[.]", ".").toLowerCase();
  if (!NAME.test(name)) return () => false;
  const isWide = rest !== bare || !pattern.replace(/^\(\?i\)/, "").startsWith("^");
  const zone = zoneName(name);
  return (host) => host === zone || (isWide && isInZone(host, zone.replace(/^\./, "")));
}

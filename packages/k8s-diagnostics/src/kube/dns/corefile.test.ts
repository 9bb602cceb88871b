import { describe, expect, it } from "vitest";
import { parseCorefile, serverFor } from "./corefile.ts";

const COREFILE = `
(common) {
    errors
    cache 30
}
.:53 {
    import common
    kubernetes cluster.local in-addr.arpa ip6.arpa { # the cluster
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
    }
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
}
dns://example.org:53, shop.svc.cluster.local. {
    template ANY ANY {
        rcode NXDOMAIN
        answer "{{ .Name }} 60 IN A 10.0.0.1"
    }
}
`;

describe("parseCorefile", () => {
  it("reads servers, plugins with their options, and snippets", () => {
    const { servers, isBalanced } = parseCorefile(COREFILE);
    expect(isBalanced).toBe(true);
    expect(servers.map(({ zones }) => zones)).toEqual([["."], ["example.org", "shop.svc.cluster.local"]]);
    expect(servers[0]?.plugins.map(({ name, args }) => [name, ...args])).toEqual([
      ["errors"],
      ["cache", "30"],
      ["kubernetes", "cluster.local", "in-addr.arpa", "ip6.arpa"],
      ["forward", ".", "/etc/resolv.conf"],
    ]);
    expect(servers[0]?.plugins[2]).toMatchObject({
      line: 8,
      options: [
        ["pods", "insecure"],
        ["fallthrough", "in-addr.arpa", "ip6.arpa"],
      ],
    });
    expect(servers[1]?.plugins[0]?.options[1]).toEqual(["answer", "{{ .Name }} 60 IN A 10.0.0.1"]);
  });

  it("finds the server with the longest zone", () => {
    const corefile = parseCorefile(COREFILE);
    expect(serverFor("db.shop.svc.cluster.local", corefile)?.line).toBe(16);
    expect(serverFor("db.infra.svc.cluster.local", corefile)?.line).toBe(6);
  });

  it.each([".:53 {\n errors\n", ".:53 {\n errors\n}\n}\n"])(
    "tells that the braces of %j do not match",
    (text) => {
      expect(parseCorefile(text).isBalanced).toBe(false);
    },
  );
});

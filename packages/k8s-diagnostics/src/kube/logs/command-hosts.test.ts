import { describe, expect, it } from "vitest";
import { hostsInCommand } from "./command-hosts.ts";

describe("hostsInCommand", () => {
  it.each([
    ["until nslookup db; do echo waiting for db; sleep 2; done", "db", undefined],
    ["until nc -z -w1 db.shop 5432; do sleep 2; done", "db.shop", 5432],
    ["while ! /usr/bin/curl -sf http://api:8080/ready; do sleep 1; done", "api", 8080],
    ["until pg_isready -h db -p 5432; do sleep 1; done", "db", 5432],
    [
      "until mysql -h mysql.app.svc.cluster.local -uroot -e 'select 1'; do sleep 2; done",
      "mysql.app.svc.cluster.local",
      undefined,
    ],
    ["until psql -U app -hdb -p 5432 -c 'select 1'; do sleep 2; done", "db", 5432],
    ["until redis-cli --host=cache -p 6379 ping; do sleep 1; done", "cache", 6379],
    ["until mongosh --quiet mongo:27017/shop --eval ping; do sleep 1; done", "mongo", 27017],
    ['until getent hosts "cache"; do sleep 1; done', "cache", undefined],
  ])("reads %s", (script, host, port) => {
    expect(hostsInCommand({ name: "wait", command: ["sh", "-c", script] })).toEqual([{ host, port }]);
  });

  it("takes no database and no statement for a host", () => {
    expect(hostsInCommand({ name: "wait", command: ["mysql", "-u", "root", "shop"] })).toEqual([]);
  });

  it("finds nothing in a command that asks nobody", () => {
    expect(hostsInCommand({ name: "wait", command: ["sh", "-c", "sleep 5; echo db"] })).toEqual([]);
  });
});

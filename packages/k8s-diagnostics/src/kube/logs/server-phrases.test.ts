import { describe, expect, it } from "vitest";
import { exhaustedServer, readOnlyServer } from "./server-phrases.ts";

describe("a server that takes no writes", () => {
  it.each([
    [
      "mysql",
      "The MySQL server is running with the --super-read-only option so it cannot execute this statement",
    ],
    ["postgresql", "ERROR:  cannot execute nextval() in a read-only transaction"],
    ["postgresql", "ERROR:  cannot execute CREATE TABLE in a read-only transaction"],
    ["redis", "redis.exceptions.ReadOnlyError: You can't write against a read only replica."],
    ["mongodb", "Command failed with error 10107 (NotWritablePrimary): 'not primary' on server mongo:27017"],
    ["mongodb", "MongoServerError: not primary"],
    [undefined, "this node is not master"],
    [undefined, "sqlite3.OperationalError: attempt to write a readonly database"],
    [undefined, "open /data/x: read-only file system"],
  ])("is of the kind %s by: %s", (kind, text) => {
    expect(readOnlyServer(text)).toBe(kind);
  });
});

describe("a server without connections left", () => {
  it.each([
    ["postgresql", "FATAL:  sorry, too many clients already (SQLSTATE 53300)"],
    ["postgresql", "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute"],
    ["postgresql", 'FATAL:  too many connections for role "shop"'],
    ["mysql", "Error 1040 (HY000): Too many connections"],
    ["mysql", "User 'shop' has exceeded the 'max_user_connections' resource (current value: 10)"],
    ["redis", "ERR max number of clients reached"],
    [undefined, "QueuePool limit of size 5 overflow 10 reached, connection timed out"],
  ])("is of the kind %s by: %s", (kind, text) => {
    expect(exhaustedServer(text)).toBe(kind);
  });
});

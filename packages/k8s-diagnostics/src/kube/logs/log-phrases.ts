const DENIAL = [
  "permission denied",
  "eacces",
  "operation not permitted",
  "eperm",
  "read-only file system",
  "erofs",
  "accessdeniedexception",
];

const MEMORY = [
  "java.lang.outofmemoryerror",
  "javascript heap out of memory",
  "allowed memory size of",
  "memoryerror",
  "std::bad_alloc",
  "system.outofmemoryexception",
  "cannot allocate memory",
  "enomem",
  "runtime: out of memory",
  "failed to allocate memory",
  "memory allocation of",
];

/** What a database, a remote call or an SSH server refuses is about credentials, not about what the program may do here. */
const ELSEWHERE =
  /permission denied (?:\(publickey|for (?:relation|table|database|schema|user|sequence|function)\b)|\brpc error\b|code ?= ?permissiondenied|\bpermission_denied\b/;

/** Whether a line says that permission was denied, or that a file system is read-only. */
export function tellsOfDenial(line: string): boolean {
  return includesAny(line, DENIAL) && !ELSEWHERE.test(line.toLowerCase());
}

/** Whether a line says that memory could not be had: Java, Node, Go, Python, PHP, .NET, Rust, C++. */
export function tellsOfMemory(line: string): boolean {
  return includesAny(line, MEMORY);
}

function includesAny(line: string, phrases: readonly string[]): boolean {
  const text = line.toLowerCase();
  return phrases.some((phrase) => text.includes(phrase));
}

const DENIAL = [
  "permission denied",
  "eacces",
  "operation not permitted",
  "eperm",
  "read-only file system",
  "erofs",
  "accessdeniedexception",
  "has wrong ownership",
  "has invalid permissions",
  "has group or world access",
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

const DISK = [
  "no space left on device",
  "enospc",
  "disk full",
  "disk quota exceeded",
  "not enough space on the disk",
  "insufficient shared memory",
  "could not resize shared memory segment",
];

const PORT = [
  "address already in use",
  "address in use",
  "eaddrinuse",
  "port is already allocated",
  "port is already in use",
  "was already in use",
  "addrinuse",
];

/** What a database, a remote call or an SSH server refuses is about credentials, not about what the program may do here. */
const ELSEWHERE =
  /permission denied (?:\(publickey|for (?:relation|table|database|schema|user|sequence|function)\b)|\brpc error\b|code ?= ?permissiondenied|\bpermission_denied\b|arn:aws/;

/** Whether a line says that permission was denied, or that a file system is read-only. */
export function tellsOfDenial(line: string): boolean {
  return includesAny(line, DENIAL) && !ELSEWHERE.test(line.toLowerCase());
}

/** Whether a line says that memory could not be had: Java, Node, Go, Python, PHP, .NET, Rust, C++. */
export function tellsOfMemory(line: string): boolean {
  return includesAny(line, MEMORY);
}

export function tellsOfFullDisk(line: string): boolean {
  return includesAny(line, DISK);
}

export function tellsOfUsedPort(line: string): boolean {
  return includesAny(line, PORT);
}

/** Whether the text holds one of these phrases, which are in lower case. */
export function includesAny(line: string, phrases: readonly string[]): boolean {
  const text = line.toLowerCase();
  return phrases.some((phrase) => text.includes(phrase));
}

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

/** Whether a line says that permission was denied, or that a file system is read-only. */
export function tellsOfDenial(line: string): boolean {
  // A refused SSH key is about credentials, not about what the program may do.
  return includesAny(line, DENIAL) && !line.toLowerCase().includes("permission denied (publickey");
}

/** Whether a line says that memory could not be had: Java, Node, Go, Python, PHP, .NET, Rust, C++. */
export function tellsOfMemory(line: string): boolean {
  return includesAny(line, MEMORY);
}

function includesAny(line: string, phrases: readonly string[]): boolean {
  const text = line.toLowerCase();
  return phrases.some((phrase) => text.includes(phrase));
}

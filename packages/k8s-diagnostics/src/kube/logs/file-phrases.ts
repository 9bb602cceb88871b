import { includesAny } from "./log-phrases.ts";

const MISSING_FILE = [
  "no such file or directory",
  "enoent",
  "is a directory",
  "eisdir",
  "filenotfound",
  "file not found",
  "could not find file",
  "couldn't open file",
  "unable to open file",
  "could not find a part of the path",
  "nosuchfileexception",
  "notfound, message:",
  "failed to open stream",
  "cannot find the file",
];
const MISSING_MODULE = [
  "cannot find module",
  "cannot find package",
  "module not found",
  "modulenotfounderror",
  "no module named",
  "importerror:",
  "cannot load such file",
  "could not find or load main class",
  "class not found",
  "classnotfoundexception",
  "noclassdeffounderror",
  "unable to access jarfile",
  "cannot open shared object file",
  "error loading shared library",
  "could not load file or assembly",
  "missing script:",
];
/** A local socket is no file that is missing: no server is configured, or it does not run here. */
const SOCKET = /\.s\.PGSQL\.\d|mysqld?\.sock|local MySQL server through socket|on socket "/i;

/** Said of configuration only, even where no file is named. */
const REJECTED_CONFIG = [
  "fatal config file error",
  "bad directive or wrong number",
  "unknown directive",
  "invalid command '",
  "yaml: ",
  "yaml.scanner",
  "yaml.parser",
  "yamlexception",
  "mapping values are not allowed",
  "did not find expected",
  "toml: ",
  "unknown variable '",
  "unrecognized configuration parameter",
  "error initializing configuration",
  "failed to load config",
  "failed to read config",
  "failed to parse config",
  "error loading config",
  "error parsing config",
  "invalid configuration",
  "parsing yaml file",
  "couldn't load configuration",
];
/** Said of much else, too: they count where the line names a file. */
const REJECTED_FILE = [
  "syntax error",
  "parse error",
  "parsing error",
  "parsing failed",
  "failed to parse",
  "error parsing",
  "error while parsing",
  "unable to parse",
  "could not parse",
  "cannot parse",
  "can't parse",
  "couldn't parse",
  "cannot unmarshal",
  "error unmarshal",
  "invalid toml",
  "jsondecodeerror",
  "unexpected token",
  "invalid character",
  "unexpected end of",
  "directive is not allowed",
  "invalid number of arguments in",
  "invalid parameter",
  'unexpected "}"',
  "unexpected '}'",
  "is not terminated by",
  "duplicate location",
  "unknown field",
  "unknown key",
  "config error",
  "configuration error",
  "load configuration",
  "loading configuration",
  "advanced configuration file",
  "contains errors",
  "error reading config",
  "missing required key",
  "missing required field",
  "missing required setting",
  "missing required option",
  "required key is missing",
  "missing key",
];

const BAD_ADDRESS = [
  "missing protocol scheme",
  "unsupported protocol scheme",
  "first path segment in url cannot contain colon",
  "invalid url",
  "err_invalid_url",
  "invalid port",
  "err_socket_bad_port",
  "no scheme supplied",
  "missingschema",
  "invalidschema",
  "invalid uri",
  "malformedurlexception",
  "could not parse sqlalchemy url",
  "the url must start with the protocol",
  "invalid connection string",
  "url must start with",
  "uri must start with",
  "unsupported driver",
  "missing address",
  "too many colons in address",
  "missing port in address",
  "driver claims to not accept jdbcurl",
  "invalid database url",
];

/** Whether a line says that a file, module or library is not there. */
export function tellsOfMissingFile(text: string): boolean {
  return (includesAny(text, MISSING_FILE) || includesAny(text, MISSING_MODULE)) && !SOCKET.test(text);
}

/** Whether what is missing is code (a module, a class, a library), rather than any file. */
export function tellsOfMissingModule(text: string): boolean {
  return includesAny(text, MISSING_MODULE);
}

/** Whether a line says that what a file or a setting holds cannot be used. */
export function tellsOfRejectedFile(text: string): boolean {
  return includesAny(text, REJECTED_CONFIG) || (includesAny(text, REJECTED_FILE) && pathsIn(text).length > 0);
}

/** Whether a line says that an address is no address, or that no host is configured. */
export function tellsOfBadAddress(text: string): boolean {
  return includesAny(text, BAD_ADDRESS) || SOCKET.test(text);
}

const PATH = /(?<![\w.:/@-])(\/(?:[\w.@+-]{1,100}\/){0,20}[\w.@+-]{1,100})/g;
const MAX_PATHS = 8;

/** The absolute paths that a line names, in their order; no parts of URLs. */
export function pathsIn(text: string): readonly string[] {
  const found = [...text.slice(0, 2_000).matchAll(PATH)].slice(0, MAX_PATHS);
  return [...new Set(found.map(([, path = ""]) => path.replace(/\.+$/, "")))];
}

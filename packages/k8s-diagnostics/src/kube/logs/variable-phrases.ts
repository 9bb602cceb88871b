import { includesAny } from "./log-phrases.ts";

const NAME = /(?<![A-Za-z0-9_])[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}(?![A-Za-z0-9_])/g;
/** Words that say of a variable that it is missing. */
const MISSING = [
  "not set",
  "required",
  "must be set",
  "must be specified",
  "must be provided",
  "must be defined",
  "please set",
  "set the ",
  "not defined",
  "undefined",
  "missing",
  "not found",
  "is unset",
  "unbound variable",
  "is not specified",
  "is not present",
  "you need to specify",
  "you must specify",
  "keyerror",
  "is empty",
  "environment variable not",
  "could not resolve placeholder",
];

/** The variables of which a line says that they are missing; whether they are defined is another question. */
export function missingVariablesIn(line: string): readonly string[] {
  return includesAny(line, MISSING) ? variablesIn(line) : [];
}

/** A field of pydantic's settings, which it reads from the variable of that name. */
const FIELD = /^[a-z][a-z0-9]{0,40}(?:_[a-z0-9]{1,40}){0,8}$/;

/** The fields that pydantic lists below its heading as required, one to a line. */
export function requiredFields(block: readonly string[]): readonly string[] {
  const heading = block.findIndex((line) =>
    /\d validation errors? for \w{0,60}(?:Settings|Config)/.test(line),
  );
  if (heading < 0) return [];
  return block.filter(
    (line, index) => index > heading && FIELD.test(line) && block[index + 1]?.includes("Field required"),
  );
}

/** Everything in a line that looks like the name of a variable. */
export function variablesIn(line: string): readonly string[] {
  if (FIELD.test(line)) return [line.toUpperCase()];
  return (line.match(NAME) ?? []).filter((name) => !isErrorName(name));
}

/** Codes of system errors look like variables: `ERR_MODULE_NOT_FOUND`. */
function isErrorName(name: string): boolean {
  return /^(?:ERR|ERROR|E)_|_(?:ERROR|EXCEPTION|NOT_FOUND|FAILED)$|^MY_\d|^SQLSTATE/.test(name);
}

/** Validators of settings print a heading, and below it the variables, indented. */
export function listedBelowHeading(lines: readonly string[]): readonly string[] {
  const heading = lines.findLastIndex((line) =>
    /missing environment variables?:\s{0,9}$/i.test(line.slice(0, 200)),
  );
  if (heading < 0) return [];
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => !/^\s+[A-Z][A-Z0-9_]*:/.test(line));
  return end < 0 ? below : below.slice(0, end);
}

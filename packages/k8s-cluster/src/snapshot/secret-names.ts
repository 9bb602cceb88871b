const ANYWHERE =
  "passw(?:or)?d|passphrase|secret|token(?!iz)|credential|authorization|(?:api|access|account|enc|encryption|master|private|shared|signing)[-_.]?key";

const AT_END =
  "(?:^|[-_.]|admin|db|mail|pg|redis|require|root|smtp|sql|user)pass|pwd|(?:^|[-_.])(?:jwt|cookie|salt|sig)|amz-signature|masterauth|(?<!cache|foreign|group|hash|index|partition|primary|public|routing|sort|topology|unique)[-_]key";

const SECRET_NAME = new RegExp(`${ANYWHERE}|(?:${AT_END})\\d{0,3}$|(?:auth|dsn|connection[-_.]?string)$`);

const SECRET_LABEL = new RegExp(`(?:${ANYWHERE}|credentials|${AT_END})(?:_id)?\\d{0,3}$`);

/** What such a name tells of is where a secret lies or what kind it is: `secretName`, `PASSWORD_FILE`, `token-ttl`. */
const ABOUT_A_SECRET =
  /(?:^-*no-.*|[-_.](?:class|count|dir|enabled|expiration|file|name|namespace|path|policy|provider|ref|requests|seconds|stdin|ttl|type))$/;

/** Lists of names, and addresses whose own credentials are found by their shape. */
const KEPT_IN_TEXT = /(?:tokens|secrets|auth|dsn|connection[-_.]?string)$/;

/** Whether a variable, key or field of this name usually holds a secret. */
export function isSecretName(name: string): boolean {
  return name.length <= 256 && isSecret(SECRET_NAME, words(name));
}

/** Whether `name=value` in a text tells a secret. */
export function isSecretAssignment(name: string): boolean {
  return isSecretName(name) && !KEPT_IN_TEXT.test(words(name));
}

/** Whether `name: value` in a text tells a secret; stricter, since sentences put a colon after many a name. */
export function isSecretLabel(name: string): boolean {
  return name.length <= 256 && isSecret(SECRET_LABEL, words(name)) && !KEPT_IN_TEXT.test(words(name));
}

function isSecret(pattern: RegExp, name: string): boolean {
  return pattern.test(name) && !ABOUT_A_SECRET.test(name);
}

function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

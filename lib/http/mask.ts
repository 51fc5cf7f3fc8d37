/** Replaces a secret. */
const MASK = "…";
/** Masking shorter secrets would blank out ordinary words; they are masked only behind their scheme. */
const SHORTEST = 6;

/**
 * The secrets in an `Authorization` header: the credential and, where it is a user name and a password (`Basic`, or
 * InfluxDB 1's `Token user:password`), the password alone.
 */
export function secretsOf(authorization: string): string[] {
  const [scheme = "", credential = ""] = splitOnce(authorization, " ");
  if (credential === "") return [];
  const plain = /^basic$/i.test(scheme) ? Buffer.from(credential, "base64").toString("utf8") : credential;
  const [, password = ""] = splitOnce(plain, ":");
  return [authorization, credential, plain, password].filter((secret) => secret !== "");
}

/**
 * Masks secrets in a foreign text, plain and as JSON, URLs, forms, HTML and base64 encode them. Servers and proxies
 * quote what they refuse, and their words go into logs, messages and statuses.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const form of forms(secrets)) if (masked.includes(form)) masked = masked.replaceAll(form, MASK);
  return masked;
}

/** Every spelling of each secret, the longest first: one may be part of another. */
function forms(secrets: readonly string[]): string[] {
  const all = new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf));
  return [...all].sort((a, b) => b.length - a.length);
}

function formsOf(secret: string): string[] {
  const percent = percentEncoded(secret);
  // Padding may be left out, and what is masked without it leaves nothing but equals signs.
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ s: secret }).toString().slice(2),
    secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
  ];
}

function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    // Half a surrogate pair, which no header can carry either.
    return secret;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

import type { Failure } from "./failure";

/** By Node's error code (those of OpenSSL differ a little from version to version); the first match counts. */
const PROBLEMS: readonly (readonly [code: RegExp, advice: string])[] = [
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    "the server's certificate has expired or is not valid yet: renew it, or set this machine's clock right",
  ],
  [
    /^(?:ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/,
    "the server's certificate is for another host: use the host name that it names in the URL, or enter that name as server name in the TLS configuration",
  ],
  [
    /ALERT[ _]HANDSHAKE[ _]FAILURE/i,
    "the server refuses the handshake: it may want a client certificate and key, which a TLS configuration holds, or another version of TLS",
  ],
  [
    /ALERT[ _].*(?:CERTIFICATE|UNKNOWN[ _]CA|ACCESS[ _]DENIED|DECRYPT[ _]ERROR)/i,
    "the server refuses this client: choose a TLS configuration with a client certificate and key that it accepts",
  ],
  [
    /^ERR_(?:OSSL|CRYPTO|MISSING_PASSPHRASE|INVALID_ARG)/,
    "the certificate, key, passphrase or CA of the TLS configuration cannot be used: check that they are PEM texts and belong together",
  ],
  [
    /^(?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_(?:GET|VERIFY|DECRYPT)|CERT_(?:UNTRUSTED|REJECTED|SIGNATURE)|INVALID_CA)/,
    "the server's certificate comes from an authority that is not known here: choose a TLS configuration with its CA certificate",
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|^EPROTO/,
    "the server does not answer with TLS that fits: check http and https in the URL, and the port",
  ],
  [/^(?:ERR_TLS|ERR_SSL|CERT_)/, "check the TLS configuration and the server's certificate"],
];

/**
 * Recognises a fault of a certificate or handshake; waiting does not cure one.
 *
 * @returns the fault and what to do, as one sentence; `undefined` for other failures
 */
export function tlsAdvice({ code, message }: Failure): string | undefined {
  // OpenSSL reports several faults as EPROTO; only the text names them.
  const words = code === "EPROTO" ? `${code} ${message}` : code;
  return PROBLEMS.find(([pattern]) => pattern.test(words))?.[1];
}

/**
 * Words a failure for people: a TLS fault with advice and the library's own words, any other by its message.
 *
 * @param secure whether the URL is `https:`
 */
export function withTlsAdvice({ code, message }: Failure, secure: boolean): string {
  const advice = tlsAdvice({ code, message });
  if (advice) return `TLS: ${advice} (${code}: ${message.trim()})`;
  return secure && CUT.test(message) ? `${message}; ${CUT_ADVICE}` : message;
}

/** Node's words for a connection that ended without an answer. */
const CUT = /^(?:socket hang up|(?:read|write) (?:ECONNRESET|EPIPE)|Client network socket disconnected)/;
const CUT_ADVICE =
  "over TLS this may mean that the server does not accept the client certificate of the TLS configuration, or wants one";

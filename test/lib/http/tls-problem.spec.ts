import assert from "node:assert/strict";
import { tlsAdvice, withTlsAdvice } from "../../../lib/http/tls-problem";

/** Codes as Node 20 to 24 gives them; OpenSSL has renamed some. */
const CODES: [fault: string, ...codes: string[]][] = [
  ["an authority that is not known", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
  ["an authority that is not known", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
  ["has expired", "CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"],
  ["for another host", "ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"],
  ["refuses this client", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"],
  ["refuses this client", "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE"],
  [
    "refuses the handshake",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
  ],
  ["does not answer with TLS", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"],
  ["cannot be used", "ERR_OSSL_X509_KEY_VALUES_MISMATCH", "ERR_OSSL_PEM_NO_START_LINE"],
  ["check the TLS configuration", "CERT_REVOKED", "ERR_SSL_UNSUPPORTED_PROTOCOL"],
];

describe("TLS problems", () => {
  for (const [fault, ...codes] of CODES)
    it(`${codes.join(", ")}: ${fault}`, () => {
      for (const code of codes) {
        assert.ok(tlsAdvice({ code, message: "" })?.includes(fault), code);
        assert.match(
          withTlsAdvice({ code, message: "why" }, true),
          new RegExp(`^TLS: .*\\(${code}: why\\)$`),
        );
      }
    });

  it("reads from the text what an EPROTO is, also when that text has its advice already", () => {
    const failure = {
      code: "EPROTO",
      message: "write EPROTO 80:error:0A000418:tlsv1 alert unknown ca:../x.c:1",
    };
    for (const message of [failure.message, withTlsAdvice(failure, true)])
      assert.match(tlsAdvice({ ...failure, message }) ?? "", /refuses this client/);
  });

  it("leaves everything else alone", () => {
    for (const code of ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "ETIMEDOUT", "proxy-login", "failed", ""])
      assert.equal(tlsAdvice({ code, message: "alert certificate" }), undefined);
    assert.equal(withTlsAdvice({ code: "ECONNRESET", message: "socket hang up" }, false), "socket hang up");
  });
});

import assert from "node:assert/strict";
import { tlsProblem, withTlsAdvice } from "../../../lib/http/tls-problem";

/** Codes as Node 20 to 24 gives them; OpenSSL has renamed some. */
const CODES: [brief: string, ...codes: string[]][] = [
  ["TLS: unknown CA", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
  ["TLS: unknown CA", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
  ["TLS: expired", "CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"],
  ["TLS: other host", "ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH"],
  ["TLS: client refused", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"],
  ["TLS: client refused", "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE"],
  ["TLS: refused", "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"],
  ["TLS: no TLS there", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"],
  ["TLS: own files", "ERR_OSSL_X509_KEY_VALUES_MISMATCH", "ERR_OSSL_PEM_NO_START_LINE"],
  ["TLS: check it", "CERT_REVOKED", "ERR_SSL_UNSUPPORTED_PROTOCOL"],
];

describe("TLS problems", () => {
  for (const [brief, ...codes] of CODES)
    it(`${codes.join(", ")}: ${brief}`, () => {
      for (const code of codes) {
        const problem = tlsProblem({ code, message: "" });
        assert.equal(problem?.brief, brief, code);
        assert.ok(brief.length < 20);
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
    assert.equal(tlsProblem(failure)?.brief, "TLS: client refused");
    assert.equal(
      tlsProblem({ ...failure, message: withTlsAdvice(failure, true) })?.brief,
      "TLS: client refused",
    );
  });

  it("leaves everything else alone", () => {
    for (const code of ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "ETIMEDOUT", "proxy-login", "failed", ""])
      assert.equal(tlsProblem({ code, message: "alert certificate" }), undefined);
    assert.equal(withTlsAdvice({ code: "ECONNRESET", message: "socket hang up" }, false), "socket hang up");
  });
});

import type { Answer } from "../../../lib/influx/answer";
import type { VerdictClass } from "../../../lib/influx/classify";
import { answer } from "./answers";
import { faultRows } from "./fault-rows";

const HTML = { "content-type": "text/html" };
/** Bodies as the servers send them; what the servers are is in front. */
export const rows: [what: string, Answer, VerdictClass, code: string, text?: RegExp][] = [
  ["all: stored", answer(204), "acknowledge", "written"],
  [
    "InfluxDB Cloud Dedicated: part stored",
    answer(201, { code: "invalid", line: 2, message: "failed to parse line protocol: error parsing line 2" }),
    "partial",
    "partial",
    /error parsing line 2/,
  ],
  [
    "InfluxDB 3 Core: its own log failed",
    answer(400, { code: "invalid", message: "error from wal: object store error" }),
    "retry",
    "server-error",
    /HTTP 400: error from wal/,
  ],
  [
    "InfluxDB 2: malformed lines",
    answer(400, { code: "invalid", message: "unable to parse 'm f=': missing field value" }),
    "isolate",
    "invalid-line",
    /^unable to parse 'm f=': missing field value$/,
  ],
  [
    "InfluxDB 2: a malformed line that speaks of internal matters",
    answer(400, {
      code: "invalid",
      message: "unable to parse 'internal,wal=error\\ from\\ wal f=': missing field value",
    }),
    "isolate",
    "invalid-line",
  ],
  [
    "InfluxDB Cloud Serverless: malformed lines",
    answer(400, {
      code: "invalid",
      line: 2,
      message:
        "failed to parse line protocol:\n errors encountered on line(s):\n error parsing line 2 (1-based): Invalid",
    }),
    "isolate",
    "invalid-line",
  ],
  [
    "InfluxDB 1.8: malformed lines, the others stored",
    answer(400, { error: "partial write: unable to parse 'm f=': missing field value dropped=0" }),
    "isolate",
    "invalid-line",
    /^partial write: unable/,
  ],
  [
    "InfluxDB 1.8: type conflict",
    answer(400, {
      error: 'partial write: field type conflict: input field "f" on measurement "m" is type …',
    }),
    "isolate",
    "invalid-line",
  ],
  [
    "InfluxDB 3 Core: malformed line",
    answer(400, { code: "invalid", message: "line protocol parse failed: could not parse" }),
    "isolate",
    "invalid-line",
  ],
  [
    "InfluxDB 2: type conflict",
    answer(422, {
      code: "unprocessable entity",
      message:
        "failure writing points to database: partial write: field type conflict: " +
        'input field "f" on measurement "m" is type integer, already exists as type float dropped=2',
    }),
    "isolate",
    "unprocessable",
    /dropped=2$/,
  ],
  ...faultRows,
  ["something: a status that HTTP does not have", answer(999), "configuration", "not-influxdb"],
  ["anything: another 400", answer(400, { message: "no idea" }), "isolate", "invalid-line"],
  [
    "InfluxDB 2: precision",
    answer(400, {
      code: "invalid",
      message: "invalid precision; valid precision units are ns, us, ms, and s",
    }),
    "configuration",
    "bad-request",
  ],
  [
    "InfluxDB 3 Core: bucket name",
    answer(400, { code: "invalid", message: "db name contains invalid character" }),
    "configuration",
    "bad-request",
  ],
  [
    "InfluxDB 2: wrong token",
    answer(401, { code: "unauthorized", message: "unauthorized access" }),
    "configuration",
    "unauthorized",
    /^HTTP 401: unauthorized access$/,
  ],
  [
    "InfluxDB 2: token without permission",
    answer(403, { code: "forbidden", message: "insufficient permissions for write" }),
    "configuration",
    "forbidden",
  ],
  [
    "InfluxDB 2: bucket",
    answer(404, { code: "not found", message: 'bucket "x" not found' }),
    "configuration",
    "not-found",
    /bucket "x" not found/,
  ],
  ["InfluxDB 1.8: database", answer(404, { error: 'database not found: "x"' }), "configuration", "not-found"],
  [
    "proxy: redirect",
    answer(302, "", { location: "https://login.example.com/" }),
    "configuration",
    "redirected",
    /to https:\/\/login\.example\.com\//,
  ],
  ["proxy: wrong method", answer(405), "configuration", "not-influxdb"],
  ["proxy: wrong content type", answer(415), "configuration", "not-influxdb"],
  ["proxy: password", answer(407), "configuration", "proxy-login"],
  [
    "Go server: TLS only",
    answer(400, "Client sent an HTTP request to an HTTPS server.\n"),
    "configuration",
    "needs-https",
    /HTTPS server/,
  ],
  [
    "InfluxDB 2: a malformed line with the words of a TLS server",
    answer(400, { message: "unable to parse 'm,t=HTTP\\ request\\ to\\ an\\ HTTPS\\ server f=': missing" }),
    "isolate",
    "invalid-line",
  ],
  [
    "proxy: could not connect",
    { ...answer(502), proxy: "http://proxy:3128" } as Answer,
    "retry",
    "server-error",
    /^HTTP 502 \(through the proxy http:\/\/proxy:3128\)$/,
  ],
  ...(["proxy-login", "proxy-refused", "proxy-setting", "proxy-failed", "proxy-unreachable"] as const).map(
    (code): [string, Answer, VerdictClass, string] => [
      `tunnel: ${code}`,
      { kind: "failure", code, message: code },
      /failed|unreachable/.test(code) ? "retry" : "configuration",
      code,
    ],
  ),
  [
    "captive portal: 200 with a page",
    answer(200, "<html><head><title>Welcome to the hotel</title></head></html>", HTML),
    "configuration",
    "not-influxdb",
    /Welcome to the hotel/,
  ],
  ["something: 200", answer(200, "ok"), "configuration", "not-influxdb"],
  [
    "something: 400 with a page",
    answer(400, "<!DOCTYPE html><html></html>"),
    "configuration",
    "not-influxdb",
  ],
  [
    "nginx: too large",
    answer(413, "<html><head><title>413 Request Entity Too Large</title></head></html>", HTML),
    "split",
    "too-large",
  ],
  ["InfluxDB 1.8: too large", answer(413, { error: "Request Entity Too Large" }), "split", "too-large"],
  ["Cloud: rate limit", answer(429, "", { "retry-after": "30" }), "retry", "rate-limited"],
  ["Cloud: rate limit without a time", answer(429), "retry", "rate-limited"],
  ["Cloud: too many series", answer(429, { message: "max-series-cardinality exceeded" }), "retry", "quota"],
  ["Cloud: too many series", answer(503, { message: "max-series-cardinality exceeded" }), "retry", "quota"],
  ["InfluxDB 2: gave up", answer(408), "retry", "timeout"],
  ["InfluxDB 2: client gone", answer(499), "retry", "timeout"],
  [
    "InfluxDB 2: storage timeout",
    answer(500, { code: "internal error", message: "unexpected error writing points to database: timeout" }),
    "retry",
    "server-error",
  ],
  [
    "nginx: bad gateway",
    answer(502, "<html><title>502 Bad Gateway</title></html>", HTML),
    "retry",
    "server-error",
  ],
  ["Cloud: unavailable", answer(503, "", { "retry-after": "20" }), "retry", "server-error"],
  ["nginx: gateway timeout", answer(504, "<html></html>", HTML), "retry", "server-error"],
  ["proxy: 520", answer(520), "retry", "server-error"],
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ECONNRESET", "ETIMEDOUT", "aborted"].map(
    (code): [string, Answer, VerdictClass, string] => [
      `network: ${code}`,
      { kind: "failure", code, message: code },
      "retry",
      code,
    ],
  ),
  ...[
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ].map((code): [string, Answer, VerdictClass, string] => [
    `TLS: ${code}`,
    { kind: "failure", code, message: code },
    "configuration",
    code,
  ]),
];

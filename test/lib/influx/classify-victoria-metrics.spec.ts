import assert from "node:assert/strict";
import type { Answer } from "../../../lib/influx/answer";
import { classify, type VerdictClass } from "../../../lib/influx/classify";

const answer = (status: number, body: string): Answer => ({
  kind: "answer",
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});
/** What VictoriaMetrics puts in front. */
const VICTORIA = 'remoteAddr: "127.0.0.1:60278"; requestURI: /api/v2/write?org=o&bucket=b&precision=ns;';

/** Bodies as versions 1.79.5 and 1.112.0 sent them. */
const rows: [what: string, Answer, VerdictClass, code: string, text?: RegExp][] = [
  [
    "VictoriaMetrics: malformed line",
    answer(
      400,
      `${VICTORIA} cannot parse influx line protocol data: incorrect influx line "m f= 1": ` +
        'cannot parse field value for "f": field value cannot be empty; To skip invalid lines switch to stream mode',
    ),
    "isolate",
    "invalid-line",
    /field value cannot be empty/,
  ],
  [
    "VictoriaMetrics: a malformed line that speaks of paths",
    answer(400, `${VICTORIA} incorrect influx line "m s=unsupported path requested": missing value`),
    "isolate",
    "invalid-line",
  ],
  [
    "VictoriaMetrics: wrong path",
    answer(400, `${VICTORIA} unsupported path requested: "/nowhere/api/v2/write"`),
    "configuration",
    "not-found",
    /^HTTP 400: .*unsupported path/,
  ],
  [
    "VictoriaMetrics: storage is read only, as the disk is full",
    answer(503, `${VICTORIA} cannot store metrics: the storage is in read-only mode`),
    "retry",
    "server-error",
  ],
  [
    "VictoriaMetrics: busy",
    answer(503, `${VICTORIA} cannot handle more than 8 concurrent inserts during 1m0s`),
    "retry",
    "server-error",
  ],
  ["VictoriaMetrics: wrong password", answer(401, ""), "configuration", "unauthorized"],
  [
    "vmauth 1.79: wrong token",
    answer(400, 'cannot find the provided auth token "Bearer x" in config'),
    "configuration",
    "unauthorized",
  ],
  [
    "vmauth: path without a backend",
    answer(400, `${VICTORIA} missing route for "/api/v2/write"`),
    "configuration",
    "not-found",
  ],
  [
    "vmauth: no backend is up",
    answer(502, `${VICTORIA} all the 1 backends for the user "suite" are unavailable`),
    "retry",
    "server-error",
  ],
];

describe("decision table, VictoriaMetrics", () => {
  for (const [what, given, verdictClass, code, text] of rows)
    it(`${what}: ${verdictClass}`, () => {
      const verdict = classify(given, 0);
      assert.equal(verdict.class, verdictClass);
      assert.equal(verdict.code, code);
      if (text) assert.match(verdict.text, text);
    });
});

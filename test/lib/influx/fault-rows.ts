import type { Answer } from "../../../lib/influx/answer";
import type { VerdictClass } from "../../../lib/influx/classify";
import { answer } from "./answers";

/** A server's faults in the clothes of a line's, and the other way round. */
export const faultRows: [what: string, Answer, VerdictClass, code: string, text?: RegExp][] = [
  [
    "InfluxDB 1.8: its disk is full",
    answer(400, {
      error:
        "partial write: write /var/lib/influxdb/data/g/_series/00/0000: no space left on device dropped=186",
    }),
    "retry",
    "server-error",
    /no space left/,
  ],
  ...[
    "open /data/0001.tsl: too many open files",
    "read-only file system",
    "input/output error",
    "cannot allocate memory",
    "engine: timeout",
    "timed out",
  ].flatMap((fault): [string, Answer, VerdictClass, string][] => [
    [
      `InfluxDB 1.8: ${fault}`,
      answer(400, { error: `partial write: ${fault} dropped=1` }),
      "retry",
      "server-error",
    ],
    [
      `InfluxDB 2: ${fault}`,
      answer(422, { message: `failure writing points to database: partial write: ${fault} dropped=1` }),
      "retry",
      "server-error",
    ],
    [
      `InfluxDB 2: a malformed line that speaks of "${fault}"`,
      answer(400, { message: `unable to parse 'm,t=${fault} f=': missing field value` }),
      "isolate",
      "invalid-line",
    ],
    [
      `InfluxDB 1.8: a type conflict of a field named "${fault}"`,
      answer(400, {
        error: `partial write: field type conflict: input field "a"${fault}"" on measurement "m" is type float, already exists as type integer dropped=1`,
      }),
      "isolate",
      "invalid-line",
    ],
  ]),
  [
    "InfluxDB 2.0: too old, as its own fault",
    answer(500, {
      code: "internal error",
      message:
        "unexpected error writing points to database: partial write: points beyond retention policy dropped=2",
    }),
    "isolate",
    "too-old",
  ],
  [
    "InfluxDB 2.0: type conflict, as its own fault",
    answer(500, {
      message:
        'unexpected error writing points to database: partial write: field type conflict: input field "f" on measurement "m" is type float, already exists as type integer dropped=1',
    }),
    "isolate",
    "unprocessable",
  ],
  [
    "InfluxDB 1.8: too old",
    answer(400, { error: "partial write: points beyond retention policy dropped=3" }),
    "isolate",
    "too-old",
  ],
  [
    "InfluxDB 2: too old",
    answer(422, {
      message:
        "failure writing points to database: partial write: dropped 4 points outside retention policy of duration 24h0m0s - oldest point m,t=a at",
    }),
    "isolate",
    "too-old",
  ],
  [
    "InfluxDB 2.9: outside its write window",
    answer(422, {
      message: "failure writing points to database: partial write: dropped 1 points outside write window",
    }),
    "isolate",
    "too-old",
  ],
  [
    "InfluxDB 2: a type conflict of a field named after a retention policy",
    answer(422, {
      message:
        'failure writing points to database: partial write: field type conflict: input field "points beyond retention policy" on measurement "m" is type',
    }),
    "isolate",
    "unprocessable",
  ],
  [
    "InfluxDB 3: native answer",
    answer(400, {
      error: "partial write of line protocol occurred",
      data: [{ original_line: "m f=", line_number: 1, error_message: "no value" }],
    }),
    "isolate",
    "invalid-line",
    /^partial write of line protocol occurred$/,
  ],
];

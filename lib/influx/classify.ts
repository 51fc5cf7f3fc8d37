import { isProxySetup, throughProxy } from "../http/proxy";
import { retryAfterMs } from "../http/retry-after";
import { tlsAdvice } from "../http/tls-problem";
import { TOO_OLD_CODE } from "../terms/messages";
import { type Answer, isHtml, ownWords, type ServerAnswer, serverText, forLog } from "./answer";

/** The meaning of an answer for the lines of its request. */
export type VerdictClass =
  /** All lines are stored. */
  | "acknowledge"
  /** Part of the lines is stored; the answer names the others. */
  | "partial"
  /** Lines are at fault: find them, write the others. */
  | "isolate"
  /** The request was too large. */
  | "split"
  /** Nothing is wrong with the lines: the same request may succeed later. */
  | "retry"
  /** Nothing is wrong with the lines, and nothing will work until somebody changes a setting. */
  | "configuration"
  /** Every line of a batch was refused, and no other was stored since: lines or settings are at fault. */
  | "refused";

/** A classified answer. */
export interface Verdict {
  readonly class: VerdictClass;
  /** A short fixed word for the kind of answer, or Node's error code. */
  readonly code: string;
  /** The server's words, complete, or the failure's. */
  readonly text: string;
  readonly statusCode?: number;
  /** How long the server asks to wait; 0 for a past date. */
  readonly retryAfterMs?: number;
  /** Waiting alone will not help soon, as with a quota or too many series. */
  readonly warn?: boolean;
}

interface Row {
  readonly status: number | readonly [from: number, to: number];
  /** Must match the server's words too, up to the first quotation. */
  readonly text?: RegExp;
  /** True: only HTML answers; false: only others. */
  readonly html?: boolean;
  readonly class: VerdictClass;
  readonly code: string;
  readonly warn?: boolean;
}

const ANY = [100, 599] as const;
const LINE_FAULT =
  /unable to parse|failed to parse|parse failed|error parsing|partial write|incorrect influx line/i;
const QUOTA = /cardinality|series limit|quota|plan limit|exceeded limit/i;
/** Words for troubles of the server's machine, which come with any status. */
const SERVER_FAULT =
  /no space left|disk quota|too many open files|read-only file system|input\/output error|i\/o error|cannot allocate|out of memory|cache-max-memory-size|time(?:d )?out\b|(?:engine|shard|database) is (?:closed|disabled)/i;
/** InfluxDB 1, 2 and Cloud in turn; 1.12 and 2.8 also know a window for writes, which may end in the future. */
const TOO_OLD =
  /points beyond retention policy|outside (?:of )?(?:the )?retention|retention policy (?:lower|upper) bound|outside (?:of )?(?:the )?write window|write window (?:lower|upper) bound/i;

/**
 * The decision table, first match wins: InfluxDB 2.x, 1.8, 3 Core, Cloud, VictoriaMetrics, and proxies in front of
 * them. Only 204 means stored: a captive portal answers 200 too.
 */
const DECISIONS: readonly Row[] = [
  { status: 204, class: "acknowledge", code: "written" },
  { status: 201, html: false, class: "partial", code: "partial" },
  { status: 413, class: "split", code: "too-large" },
  { status: 401, class: "configuration", code: "unauthorized" },
  { status: 403, class: "configuration", code: "forbidden" },
  { status: 404, class: "configuration", code: "not-found" },
  { status: 407, class: "configuration", code: "proxy-login" },
  { status: [300, 399], class: "configuration", code: "redirected" },
  { status: 429, text: QUOTA, class: "retry", code: "quota", warn: true },
  { status: 503, text: QUOTA, class: "retry", code: "quota", warn: true },
  { status: 429, class: "retry", code: "rate-limited" },
  { status: 408, class: "retry", code: "timeout" },
  { status: 499, class: "retry", code: "timeout" },
  // InfluxDB 1.8 answers 400 and 2 answers 422 when its disk is full in the middle of a write.
  { status: 400, html: false, text: SERVER_FAULT, class: "retry", code: "server-error" },
  { status: 422, html: false, text: SERVER_FAULT, class: "retry", code: "server-error" },
  { status: 400, text: TOO_OLD, class: "isolate", code: TOO_OLD_CODE },
  { status: 422, text: TOO_OLD, class: "isolate", code: TOO_OLD_CODE },
  // InfluxDB 2.0 answers 500 for the faults of lines.
  { status: 500, text: TOO_OLD, class: "isolate", code: TOO_OLD_CODE },
  { status: 500, text: /partial write: field type conflict/i, class: "isolate", code: "unprocessable" },
  { status: [500, 599], class: "retry", code: "server-error" },
  { status: ANY, html: true, class: "configuration", code: "not-influxdb" },
  { status: 400, text: LINE_FAULT, class: "isolate", code: "invalid-line" },
  // The words of Go's TLS server, which InfluxDB uses.
  { status: 400, text: /HTTP request to an HTTPS server/i, class: "configuration", code: "needs-https" },
  // VictoriaMetrics and vmauth in front of it have no 404, and older ones of the latter no 401 for a wrong token.
  { status: 400, text: /cannot find the provided auth token/, class: "configuration", code: "unauthorized" },
  {
    status: 400,
    text: /unsupported path requested|missing route for/,
    class: "configuration",
    code: "not-found",
  },
  {
    status: 400,
    text: /error from wal|persist|object store|internal/i,
    class: "retry",
    code: "server-error",
  },
  {
    status: 400,
    text: /invalid precision|(?:database|bucket|db) name/i,
    class: "configuration",
    code: "bad-request",
  },
  { status: 400, class: "isolate", code: "invalid-line" },
  { status: 422, class: "isolate", code: "unprocessable" },
  { status: ANY, class: "configuration", code: "not-influxdb" },
];

/** Statuses from 600 on, as some proxies invent. */
const NO_HTTP: Pick<Row, "class" | "code" | "warn"> = { class: "configuration", code: "not-influxdb" };

/** Classifies the result of a write request. */
export function classify(answer: Answer, nowMs: number): Verdict {
  if (answer.kind === "failure") {
    const { code, message } = answer;
    // Waiting does not cure these.
    const lasting = tlsAdvice(answer) !== undefined || isProxySetup(code);
    return { class: lasting ? "configuration" : "retry", code, text: message };
  }
  const text = serverText(answer);
  const words = ownWords(text);
  const row = DECISIONS.find((candidate) => matches(candidate, answer, words)) ?? NO_HTTP;
  const wait = retryAfterMs(answer.headers["retry-after"], nowMs, answer.headers["date"]);
  return {
    class: row.class,
    code: row.code,
    text: describe(answer, text, row),
    statusCode: answer.status,
    ...(row.class === "retry" && wait !== undefined && { retryAfterMs: wait }),
    ...(row.warn && { warn: true }),
  };
}

function matches({ status, text: pattern, html }: Row, answer: ServerAnswer, text: string): boolean {
  const [from, to] = typeof status === "number" ? [status, status] : status;
  if (answer.status < from || answer.status > to) return false;
  return (html === undefined || html === isHtml(answer)) && (pattern === undefined || pattern.test(text));
}

/** Words a verdict: the server's exact words for lines at fault, with the status in front for all else. */
function describe(
  { status, headers, proxy }: ServerAnswer,
  text: string,
  row: Pick<Row, "class" | "code">,
): string {
  if (row.class === "isolate" || row.class === "partial") return text;
  const location = headers["location"];
  const target = row.code === "redirected" && location ? ` to ${String(location)}` : "";
  return `${forLog(`HTTP ${status}${target}${text ? `: ${text}` : ""}`)}${throughProxy(proxy)}`;
}

/** The result of one request: an answer, or the reason why there is none. */
export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** Unpacked, and cut at a bound. */
      readonly body: string;
      /** The proxy on the way, which may have answered in place of the server. */
      readonly proxy?: string;
    }
  | {
      readonly kind: "failure";
      /**
       * Node's error code, such as `ECONNREFUSED`, or that of a `ProxyError`; `ETIMEDOUT` when our own time limit ran
       * out.
       */
      readonly code: string;
      readonly message: string;
    };

/** An answer of the server, of any status. */
export type ServerAnswer = Extract<Answer, { kind: "answer" }>;

const LONGEST_WORDS = 1_000;

/**
 * Reads the server's words: `message` of InfluxDB 2 and 3, `error` of InfluxDB 1 and 3, the title of an HTML page,
 * otherwise the body. Complete, as hints are read from it.
 */
export function serverText(answer: ServerAnswer): string {
  const json = jsonBody(answer.body);
  const text = json && (json["message"] ?? json["error"]);
  if (typeof text === "string") return text;
  if (isHtml(answer)) return titleOf(answer.body) || "an HTML page";
  // InfluxDB 1 repeats its words in a header, and some proxies lose the body.
  return answer.body.trim() || String(answer.headers["x-influxdb-error"] ?? "");
}

/** Marks behind which a server quotes lines, field names or other foreign words. */
const QUOTES = ["'", '"', "oldest point ", "error parsing line ", "parse failed: "];

/**
 * Cuts the server's words where it begins to quote: a quoted line may hold any words, which are not the server's.
 */
export function ownWords(text: string): string {
  const words = withoutRequest(text);
  let end = words.length;
  for (const quote of QUOTES) {
    const at = words.indexOf(quote);
    if (at >= 0) end = Math.min(end, at + quote.length);
  }
  return words.slice(0, end);
}

/** VictoriaMetrics begins with the request: `remoteAddr: "127.0.0.1:60278"; requestURI: /api/v2/write?…; `. */
function withoutRequest(text: string): string {
  const uri = text.startsWith("remoteAddr: ") ? text.indexOf("requestURI: ") : -1;
  const end = uri < 0 ? -1 : text.indexOf("; ", uri);
  return end < 0 ? text : text.slice(end + 2);
}

/** Cuts a text to the length of a log line. */
export function forLog(text: string): string {
  return text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS - 1)}…` : text;
}

/** Whether the answer is a web page, as of a proxy or a login form. */
export function isHtml({ headers, body }: ServerAnswer): boolean {
  return /\bhtml\b/i.test(String(headers["content-type"] ?? "")) || /^\s*<(?:!doctype )?html/i.test(body);
}

/** Reads a body that is a JSON object; InfluxDB 3 Core sends JSON without a content type. */
export function jsonBody(body: string): Record<string, unknown> | undefined {
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function titleOf(page: string): string {
  const from = page.search(/<title>/i);
  const end = from < 0 ? -1 : page.indexOf("<", from + 1);
  return end < 0 ? "" : page.slice(from + "<title>".length, end).trim();
}

/** What came back for one request: an answer, or the reason why there was none. */
export type Answer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
      /** The proxy that may have given it itself. */
      readonly proxy?: string;
    }
  | {
      readonly kind: "failure";
      /** Node's error code, such as `ECONNREFUSED`, or that of a `ProxyError`; `ETIMEDOUT` when our own time limit ran out. */
      readonly code: string;
      readonly message: string;
    };

/** An answer of the server, of any status. */
export type ServerAnswer = Extract<Answer, { kind: "answer" }>;

const LONGEST_WORDS = 1_000;

/**
 * The server's own words: `message` of InfluxDB 2 and 3, `error` of InfluxDB 1, the title of an HTML page, otherwise the
 * body; complete, as hints are read from it.
 */
export function serverText(answer: ServerAnswer): string {
  const json = parseJson(answer.body);
  const text = json && (json["message"] ?? json["error"]);
  if (typeof text === "string") return text;
  if (isHtml(answer)) return /<title>([^<]*)<\/title>/i.exec(answer.body)?.[1]?.trim() || "an HTML page";
  return answer.body.trim();
}

/** Cut to what a person wants to read in a log line or a message. */
export function shorten(text: string): string {
  return text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS - 1)}…` : text;
}

/** Whether the answer comes from something that serves pages, such as a proxy or a login form. */
export function isHtml({ headers, body }: ServerAnswer): boolean {
  return /\bhtml\b/i.test(String(headers["content-type"] ?? "")) || /^\s*<(?:!doctype )?html/i.test(body);
}

/** The body as a JSON object, if it is one; InfluxDB 3 Core sends JSON without a content type. */
export function parseJson(body: string): Record<string, unknown> | undefined {
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

import type { IncomingMessage, ServerResponse } from "node:http";

/** An answer that a test orders in place of the endpoint's own. */
export interface ScriptedAnswer {
  /** For how many write requests; default 1. */
  readonly times?: number;
  /** Only requests whose body (unzipped) this accepts; others are answered as usual. */
  readonly when?: (body: string) => boolean;
  /** Answer with this status; without it and without a fault the request is judged as usual, after the delay. */
  readonly status?: number;
  /** Text, or an object that is sent as JSON. */
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before the answer. */
  readonly delayMs?: number;
  /** Store what is valid in the request before giving this answer, as servers do that write part of a batch. */
  readonly write?: boolean;
  /** `hang`: never answer. `reset`: cut the connection. `stall`: send status and half a body, then nothing. */
  readonly fault?: "hang" | "reset" | "stall";
}

/** Scripted answers, taken in the order in which they were given. */
export class Script {
  #answers: { answer: ScriptedAnswer; left: number }[] = [];

  /** Queues answers; the function returned takes back what is left of them. */
  add(answers: readonly ScriptedAnswer[]): () => void {
    const entries = answers.map((answer) => ({ answer, left: answer.times ?? 1 }));
    this.#answers.push(...entries);
    return () => {
      this.#answers = this.#answers.filter((entry) => !entries.includes(entry));
    };
  }

  /** The answer for a request, if one is queued for it. */
  take(body: string): ScriptedAnswer | undefined {
    const entry = this.#answers.find(({ answer }) => answer.when?.(body) ?? true);
    if (!entry) return undefined;
    if (--entry.left <= 0) this.#answers = this.#answers.filter((other) => other !== entry);
    return entry.answer;
  }
}

/** Sends a scripted answer that has a status or a fault. */
export function play(answer: ScriptedAnswer, request: IncomingMessage, response: ServerResponse): void {
  if (answer.fault === "hang") return;
  if (answer.fault === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  const text =
    typeof answer.body === "object"
      ? JSON.stringify(answer.body)
      : answer.body === undefined
        ? ""
        : answer.body;
  const json = typeof answer.body === "object" ? { "content-type": "application/json; charset=utf-8" } : {};
  response.writeHead(answer.status ?? 204, { ...json, ...answer.headers });
  if (answer.fault === "stall") response.write(text.slice(0, Math.ceil(text.length / 2)) || "{");
  else response.end(text);
}

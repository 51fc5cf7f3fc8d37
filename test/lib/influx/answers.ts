import type { Answer } from "../../../lib/influx/answer";

/** An answer as a connection gives it. */
export const answer = (
  status: number,
  body: object | string = "",
  headers: Record<string, string> = {},
): Answer => ({
  kind: "answer",
  status,
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

import type { ItemOutcome, Rejection, WriteFailure } from "../../lib/influx/item";
import type { RefusedLine } from "../../lib/lines/payload";
import type { InfluxOutcome, MessageError } from "../../lib/terms/messages";
import type { Message } from "../../lib/node-red/input";

const NO_BATCH = { lines: 0, bytes: 0, latencyMs: 0 };

/** Turns a message into its own report of success, for output 1. */
export function writtenMessage(
  msg: Message,
  lines: number,
  rejected: number,
  batch: Extract<ItemOutcome, { status: "written" }>["batch"],
): Message {
  delete msg["error"];
  msg["influx"] = { status: "written", lines, rejected, batch: batch ?? NO_BATCH } satisfies InfluxOutcome;
  return msg;
}

/** Turns a message into its own report of failure, for output 2. */
export function failedMessage(msg: Message, lines: number, failure: WriteFailure): Message {
  const { message, code, statusCode, retryAfterMs } = failure;
  msg["influx"] = {
    status: "failed",
    lines,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  } satisfies InfluxOutcome;
  msg["error"] = messageError({ message, code, statusCode });
  return msg;
}

/** One message for each reason, with the lines it applies to, for output 3. */
export function rejectedMessages(msg: Message, rejections: readonly Rejection[]): Message[] {
  const groups = new Map<string, Rejection[]>();
  for (const rejection of rejections) {
    const group = groups.get(rejection.message);
    if (group) group.push(rejection);
    else groups.set(rejection.message, [rejection]);
  }
  return [...groups.values()].map((group) => {
    const payload = group.map(({ line }) => line);
    const rejected: Message = { ...msg, payload };
    // These lines are no longer the buffer's: they are not to be acknowledged or sent again.
    delete rejected["wal"];
    rejected["influx"] = { status: "rejected", lines: payload.length } satisfies InfluxOutcome;
    rejected["error"] = messageError(group[0]!);
    return rejected;
  });
}

/** Lines that were not sent, because they would damage the lines next to them. */
export function unsentLines(refused: readonly RefusedLine[]): Rejection[] {
  return refused.map(({ line, reason }) => ({ line, message: `not sent: ${reason}`, code: "invalid-line" }));
}

/** The failure as an error for Catch nodes. */
export function failureError({ message, code, statusCode }: WriteFailure): Error {
  return Object.assign(new Error(`not written: ${message}`), messageErrorDetails(code, statusCode));
}

function messageError(reason: {
  message: string;
  code: string;
  statusCode?: number | undefined;
}): MessageError {
  return { message: reason.message, ...messageErrorDetails(reason.code, reason.statusCode) };
}

function messageErrorDetails(code: string, statusCode: number | undefined) {
  return { code, ...(statusCode !== undefined && { statusCode }) };
}

import type { ItemOutcome, LineRejection, WriteFailure } from "../../lib/influx/item";
import type { PayloadLines } from "../../lib/lines/payload";
import type {
  FailedOutcome,
  MessageError,
  RejectedLines,
  RejectedOutcome,
  WrittenOutcome,
} from "../../lib/terms/messages";
import { readWalRef } from "../../lib/terms/messages";
import type { Message } from "../../lib/node-red/input";

const NO_BATCH = { lines: 0, bytes: 0, latencyMs: 0 };

/** Refused lines of one message with the same reason. */
export interface RejectedGroup extends RejectedLines {
  readonly lines: readonly string[];
}

/** Turns a message into its outcome on output 1. */
export function writtenMessage(
  msg: Message,
  lines: number,
  groups: readonly RejectedGroup[],
  target: string,
  batch: Extract<ItemOutcome, { status: "written" }>["batch"],
): Message {
  delete msg["error"];
  const rejections = groups.map(({ at, message, code, statusCode }) => ({
    ...{ at, message, code },
    ...(statusCode !== undefined && { statusCode }),
  }));
  msg["influx"] = {
    status: "written",
    lines,
    rejected: groups.reduce((sum, { at }) => sum + at.length, 0),
    ...(rejections.length > 0 && { rejections }),
    target,
    batch: batch ?? NO_BATCH,
  } satisfies WrittenOutcome;
  return msg;
}

/** Turns a message into its outcome on output 2. */
export function failedMessage(msg: Message, lines: number, failure: WriteFailure): Message {
  const { message, code, statusCode, retryAfterMs, refused } = failure;
  msg["influx"] = {
    ...{ status: "failed", lines },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(refused && { refused }),
  } satisfies FailedOutcome;
  msg["error"] = messageError({ message, code, statusCode });
  return msg;
}

/** Makes one message for output 3 per reason, with its lines. */
export function rejectedMessages(msg: Message, groups: readonly RejectedGroup[]): Message[] {
  const record = readWalRef(msg["wal"]);
  return groups.map((group) => {
    const rejected: Message = { ...msg, payload: [...group.lines] };
    // Nothing to acknowledge or send again: the buffer learns of these lines by the outcome.
    delete rejected["wal"];
    rejected["influx"] = {
      ...{ status: "rejected", lines: group.lines.length },
      ...(record && { record }),
    } satisfies RejectedOutcome;
    rejected["error"] = messageError(group);
    return rejected;
  });
}

/** Groups the refused lines of a message by reason, lines that were not sent included. */
export function rejectedGroups(
  { lines, refused }: PayloadLines,
  rejected: readonly LineRejection[],
): RejectedGroup[] {
  const numberOf = numbering(lines.length, refused);
  const all = [
    ...refused.map(({ at, line, reason }) => ({
      at,
      line,
      message: `not sent: ${reason}`,
      code: "invalid-line",
    })),
    ...rejected.map((rejection) => ({ ...rejection, at: numberOf(rejection.at) })),
  ];
  const groups = new Map<string, { at: number[]; lines: string[] } & MessageError>();
  for (const { at, line, message, code, ...more } of all) {
    const group = groups.get(message);
    if (group) {
      group.at.push(at);
      group.lines.push(line);
    } else groups.set(message, { at: [at], lines: [line], message, code, ...more });
  }
  return [...groups.values()];
}

/** Maps the number of a sent line to its number in the message. */
function numbering(count: number, refused: PayloadLines["refused"]): (index: number) => number {
  if (refused.length === 0) return (index) => index;
  const gaps = new Set(refused.map(({ at }) => at));
  const numbers: number[] = [];
  for (let at = 0; numbers.length < count; at++) if (!gaps.has(at)) numbers.push(at);
  return (index) => numbers[index] ?? index;
}

/** Makes the error for Catch nodes. */
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

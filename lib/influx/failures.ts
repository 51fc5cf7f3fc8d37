import { forLog } from "./answer";
import type { Verdict } from "./classify";
import type { WriteFailure } from "./item";

/** Wait between two attempts when only a person can help. */
const CONFIGURATION_RETRY_MS = 60_000;
/** Time until the node that replaces a closed one listens. */
const REDEPLOY_MS = 2_000;

/** The failure of items that wait when the writer closes. */
export const CLOSED: WriteFailure = {
  code: "closed",
  message: "the node was closed before all lines were sent",
  retryAfterMs: REDEPLOY_MS,
};
/** The failure of an item beyond the number that may wait. */
export const TOO_MANY: WriteFailure = {
  code: "buffer-full",
  message: "more messages wait than nodeMessageBufferMaxLength allows",
};
/** The failure of an item beyond the memory for lines. */
export const TOO_MUCH: WriteFailure = {
  code: "buffer-full",
  message: "more than 64 MB of lines wait to be written",
};

/**
 * The failure of a batch that was given up.
 *
 * @param askedMs how long the server asks to wait
 */
export function failureOf(verdict: Verdict, askedMs: number | undefined): WriteFailure {
  const { class: verdictClass, code, text, statusCode } = verdict;
  const wait = verdictClass === "configuration" ? CONFIGURATION_RETRY_MS : askedMs;
  const unknown = code === "aborted" ? " before its answer came; the lines may be stored" : "";
  return {
    message: forLog(text) + unknown,
    code,
    ...(statusCode !== undefined && { statusCode }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(verdictClass === "refused" && { refused: true }),
  };
}

/** The failure of items that waited behind a batch that was given up: they were not tried. */
export function heldBehind(failure: WriteFailure): WriteFailure {
  const held = { ...failure };
  delete held.refused;
  return held;
}

/** The verdict of a batch that is due while the server has asked to wait. */
export function stillPaused(waitMs: number): Verdict {
  return {
    class: "retry",
    code: "rate-limited",
    text: `InfluxDB asked to wait; ${Math.ceil(waitMs / 1000)} s are left`,
    retryAfterMs: waitMs,
  };
}

/** Whether the server asks to wait, with a time or without. */
export function asksToWait({ retryAfterMs, code }: Verdict): boolean {
  return retryAfterMs !== undefined || code === "rate-limited" || code === "quota";
}

/** Whether a failure concerns its bucket alone: it is missing, forbidden, or refuses the batch. */
export function blamesBucket({ class: verdictClass, code }: Verdict): boolean {
  return code === "not-found" || code === "forbidden" || verdictClass === "refused";
}

/** Whether the failure may mean that the server cannot be reached. */
export function mayBeAway({ class: verdictClass, code }: Verdict): boolean {
  return verdictClass === "retry" && !SERVER_IS_THERE.has(code);
}

const SERVER_IS_THERE: ReadonlySet<string> = new Set(["rate-limited", "quota", "aborted", "internal"]);

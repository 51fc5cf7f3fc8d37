import {
  type FailedOutcome,
  type MessageError,
  readInfluxOutcome,
  readMessageError,
  readWalRef,
  type WalRef,
  type WrittenOutcome,
} from "../../lib/terms/messages";
import { type Control, controlOf } from "../../lib/terms/topics";
import type { Message } from "../../lib/node-red/input";

/** What a message means to a buffer. */
export type Meaning =
  | { readonly kind: "control"; readonly control: Control }
  /** The outcome of a record that this buffer sent. */
  | {
      readonly kind: "outcome";
      readonly ref: WalRef;
      readonly outcome: WrittenOutcome | FailedOutcome;
      /** Why, when it failed. */
      readonly error: MessageError;
    }
  /** Lines to keep; `failed`: because a writer could not write them (fallback wiring). */
  | { readonly kind: "append"; readonly failed?: FailedOutcome }
  /** Lines that the server refused. */
  | { readonly kind: "rejected"; readonly error: MessageError }
  /** The same, of a record of this buffer: its outcome names them, and they are kept by that. */
  | { readonly kind: "kept" }
  /** A writer wrote lines that this buffer never had: the database works. */
  | { readonly kind: "written" }
  /** Another buffer's business. */
  | { readonly kind: "foreign" }
  /** Our own record without an outcome: output 1 leads back to the input, past the writer. */
  | { readonly kind: "loop" };

/** Tells a message apart by `msg.topic`, `msg.wal` and `msg.influx`. */
export function classify(msg: Message, buffer: string): Meaning {
  const control = controlOf(msg.topic);
  if (control) return { kind: "control", control };
  const ref = readWalRef(msg["wal"]);
  const outcome = readInfluxOutcome(msg["influx"]);
  if (outcome?.status === "rejected") {
    if (outcome.record?.buffer === buffer) return { kind: "kept" };
    return { kind: "rejected", error: readMessageError(msg["error"]) };
  }
  if (ref && outcome) {
    if (ref.buffer !== buffer) return { kind: "foreign" };
    return { kind: "outcome", ref, outcome, error: readMessageError(msg["error"]) };
  }
  if (ref?.buffer === buffer) return { kind: "loop" };
  if (outcome?.status === "written") return { kind: "written" };
  return outcome ? { kind: "append", failed: outcome } : { kind: "append" };
}

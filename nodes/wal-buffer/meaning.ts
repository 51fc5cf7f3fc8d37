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

/** The meaning of a message to a buffer. */
export type Meaning =
  | { readonly kind: "control"; readonly control: Control }
  /** The outcome of a record that this buffer sent. */
  | {
      readonly kind: "outcome";
      readonly ref: WalRef;
      readonly outcome: WrittenOutcome | FailedOutcome;
      /** The reason of a failure. */
      readonly error: MessageError;
    }
  /** Lines to keep; `failed` by a writer in the fallback wiring. */
  | { readonly kind: "append"; readonly failed?: FailedOutcome }
  /** Refused lines to keep as dead letters. */
  | { readonly kind: "rejected"; readonly error: MessageError }
  /** Refused lines of a record of this buffer, which are kept by its outcome. */
  | { readonly kind: "kept" }
  /** Lines written in the fallback wiring: the database works. */
  | { readonly kind: "written" }
  /** A message of another buffer. */
  | { readonly kind: "foreign" }
  /** Our own record without an outcome: output 1 is wired back to the input. */
  | { readonly kind: "loop" };

/** Reads the meaning of a message from `msg.topic`, `msg.wal` and `msg.influx`. */
export function meaningOf(msg: Message, buffer: string): Meaning {
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

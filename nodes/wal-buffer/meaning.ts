import {
  type InfluxOutcome,
  type MessageError,
  readInfluxOutcome,
  readMessageError,
  readWalRef,
  type WalRef,
} from "../../lib/terms/messages";
import type { Message } from "../../lib/node-red/input";

const CONTROLS = ["pause", "resume", "replay", "requeue-rejected"] as const;
export type Control = (typeof CONTROLS)[number];

/** What a message means to a buffer. */
export type Meaning =
  | { readonly kind: "control"; readonly control: Control }
  /** The outcome of a record that this buffer sent. */
  | { readonly kind: "outcome"; readonly ref: WalRef; readonly outcome: InfluxOutcome }
  /** Lines to keep; `failed`: because a writer could not write them (fallback wiring). */
  | { readonly kind: "append"; readonly failed?: InfluxOutcome }
  /** Lines that the server refused. */
  | { readonly kind: "rejected"; readonly error: MessageError }
  /** A writer wrote lines that this buffer never had: the database works. */
  | { readonly kind: "written" }
  /** Another buffer's business. */
  | { readonly kind: "foreign" }
  /** Our own record without an outcome: output 1 leads back to the input, past the writer. */
  | { readonly kind: "loop" };

/** Tells a message apart by `msg.topic`, `msg.wal` and `msg.influx`. */
export function classify(msg: Message, buffer: string): Meaning {
  const control = CONTROLS.find((name) => msg.topic === `wal/${name}`);
  if (control) return { kind: "control", control };
  const ref = readWalRef(msg["wal"]);
  const outcome = readInfluxOutcome(msg["influx"]);
  if (outcome?.status === "rejected") return { kind: "rejected", error: readMessageError(msg["error"]) };
  if (ref && outcome) return ref.buffer === buffer ? { kind: "outcome", ref, outcome } : { kind: "foreign" };
  if (ref?.buffer === buffer) return { kind: "loop" };
  if (outcome?.status === "written") return { kind: "written" };
  return outcome ? { kind: "append", failed: outcome } : { kind: "append" };
}

/** Reads `msg.payload`: a line, text of several lines, or a list of either. @throws Error that says what was found */
export function payloadTexts(payload: unknown): string[] {
  if (typeof payload === "string") return [payload];
  if (Buffer.isBuffer(payload)) return [utf8(payload)];
  if (!Array.isArray(payload)) {
    const found = payload === null ? "null" : payload === undefined ? "missing" : `of type ${typeof payload}`;
    throw new Error(`msg.payload is ${found}: give line protocol, as text or as a list of lines`);
  }
  const wrong = payload.findIndex((entry) => typeof entry !== "string");
  if (wrong >= 0) {
    throw new Error(
      `msg.payload[${wrong}] is of type ${typeof payload[wrong]}: give a list of lines of text`,
    );
  }
  return payload as string[];
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("msg.payload is a buffer that is not text in UTF-8");
  }
}

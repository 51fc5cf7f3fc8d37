import type { Clock } from "../time/clock";
import type { WalLog } from "./log";
import type { Parcel } from "./parcel";
import type { KeepRejected } from "./settling";

/** A parcel for the writer. */
export interface Sending {
  readonly parcel: Parcel;
  /** Number of the attempt, unique over restarts of the buffer; the outcome repeats it. */
  readonly attempt: number;
  /** Nothing follows before its outcome, so the writer should not wait for more lines. */
  readonly flush: boolean;
}

/** The parcel of an outcome. */
export interface AnswerTo {
  readonly seq: number;
  /** As in {@link Sending}; absent when the message lost it on its way. */
  readonly attempt?: number | undefined;
}

/** Settings and listeners of delivery. */
export interface DeliveryOptions {
  readonly log: Pick<WalLog, "next" | "peek" | "nextSeq" | "ack" | "rewind" | "onKept">;
  readonly clock: Clock;
  /** Bound of lines on their way without an outcome; one record may exceed it. */
  readonly window: number;
  /** Bound of messages on their way, which the writer's runtime must hold. */
  readonly maxParcels?: number;
  /** `one`: a single message on its way, of several joined records. */
  readonly inFlight?: "many" | "one";
  /** How long to wait for an outcome. */
  readonly ackTimeoutMs: number;
  readonly send: (sending: Sending) => void;
  readonly keepRejected: KeepRejected;
  /** Called when a parcel is settled: written, except the refused lines. */
  readonly onSettled?: (parcel: Parcel, refused: ReadonlySet<number>) => void;
  /** Called when no outcome came. `never`: none ever did, so the wiring is probably wrong. */
  readonly onStalled: (stalled: { records: number; lines: number; never: boolean }) => void;
  /** Called when the server refuses every record that it is offered, so that a setting must be wrong. */
  readonly onBlamed?: (reason: string, offers: number) => void;
  /** Called when reading the log fails, and with `undefined` when it works again. */
  readonly onReadError: (error: Error | undefined) => void;
  /** Called when `state` may have changed. */
  readonly onChange: () => void;
  readonly random?: () => number;
}

/** The state of delivery, for status and health. */
export interface DeliveryState {
  readonly doing:
    "idle" | "sending" | "backing-off" | "paused" | "stalled" | "searching" | "blamed" | "unreadable";
  readonly lines: number;
  /** Milliseconds until the next try. */
  readonly nextTryInMs?: number;
}

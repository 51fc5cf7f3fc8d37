import type { Clock } from "../time/clock";
import type { WalLog } from "./log";
import type { Parcel } from "./parcel";
import type { KeepRejected } from "./settling";

/** A parcel that is handed to the writer. */
export interface Sending {
  readonly parcel: Parcel;
  /** Which attempt of which life of the buffer this is: an answer tells it back. */
  readonly attempt: number;
  /** Nothing follows before its answer, so the writer should not wait for company. */
  readonly flush: boolean;
}

/** Which parcel an outcome is about. */
export interface AnswerTo {
  readonly seq: number;
  /** As in `Sending`; absent when the message lost it on its way. */
  readonly attempt?: number | undefined;
}

export interface DeliveryOptions {
  readonly log: Pick<WalLog, "next" | "peek" | "nextSeq" | "ack" | "rewind" | "onKept">;
  readonly clock: Clock;
  /** So many lines may be on their way without an answer; one record may always. */
  readonly window: number;
  /** So many messages may be on their way: no more than the writer's runtime holds. */
  readonly maxParcels?: number;
  /** `one`: a single message on its way, in which what waits is joined. */
  readonly inFlight?: "many" | "one";
  /** No answer for so long counts as none. */
  readonly ackTimeoutMs: number;
  readonly send: (sending: Sending) => void;
  readonly keepRejected: KeepRejected;
  /** A parcel is settled: written, but for the lines that the server refused. */
  readonly onSettled?: (parcel: Parcel, refused: ReadonlySet<number>) => void;
  /** No answer came. `never`: none ever did, so probably none can. */
  readonly onStalled: (stalled: { records: number; lines: number; never: boolean }) => void;
  /** The server refuses whatever it is offered, for a reason that only a setting can explain. */
  readonly onBlamed?: (reason: string, offers: number) => void;
  /** Reading the log failed; it is tried again. */
  readonly onReadError: (error: Error | undefined) => void;
  /** `state` may be another one now. */
  readonly onChange: () => void;
  readonly random?: () => number;
}

/** What delivery is doing, for status and health. */
export interface DeliveryState {
  readonly doing:
    "idle" | "sending" | "backing-off" | "paused" | "stalled" | "searching" | "blamed" | "unreadable";
  readonly lines: number;
  /** How long until the next try, milliseconds. */
  readonly nextTryInMs?: number;
}

import { type Clock, systemClock } from "../time/clock";
import type { FullPolicy } from "./appender";
import type { Trimmed } from "./bounded-folder";
import { type FileSystem, nodeFileSystem } from "./file-system";
import type { ReadDamage } from "./reader";
import type { Finding } from "./recovery";
import type { Drop } from "./space";
import type { SyncMode } from "./segment-writer";

/** Settings of a log. */
export interface WalOptions {
  readonly directory: string;
  /** Goes into the segment headers. */
  readonly node?: string;
  readonly version?: string;
  readonly sync?: SyncMode;
  readonly whenFull?: FullPolicy;
  /** Bound of the directory: segments, dead letters and quarantine. */
  readonly maxBytes?: number;
  /** 0: lines never become too old. */
  readonly maxAgeMs?: number;
  /** Small appends of one burst are joined into records of at most so many lines. */
  readonly joinLines?: number;
  /** Appends become records of at most about so many bytes; a longer line is a record of its own. */
  readonly recordBytes?: number;
  readonly fileSystem?: FileSystem;
  readonly clock?: Clock;
  readonly onEvent?: (event: WalEvent) => void;
}

/** Events of a log, for users. */
export type WalEvent =
  | ({ readonly kind: "dropped" } & Omit<Drop, "reason"> & {
        readonly reason: Drop["reason"] | "while being sent";
      })
  | ({ readonly kind: "corrupt" } & (Finding | ReadDamage))
  /** Lines wait in memory and are not durable; without an error they are again. */
  | { readonly kind: "durability"; readonly error: Error | undefined }
  /** The oldest dead letters or quarantine files were removed to keep to their share. */
  | ({ readonly kind: "trimmed" } & Trimmed)
  /** Dead letters are sent again, except lines whose points were written since. */
  | ({ readonly kind: "requeued" } & Requeued)
  /** Dead letters cannot be sent again, and are tried from time to time; without an error all are. */
  | { readonly kind: "letters"; readonly error: Error | undefined }
  /** Another log was taken over, or with an error was not. */
  | ({ readonly kind: "adopted"; readonly error?: Error } & Adopted)
  /** Another process has taken the directory over; this log is useless. */
  | { readonly kind: "lost"; readonly error: Error };

/** The content taken over from the log of a node that is gone. */
export interface Adopted {
  readonly directory: string;
  /** Pending lines, which now wait here. */
  readonly lines: number;
  readonly deadLetters: number;
}

/** Dead letters sent again or not, in lines. */
export interface Requeued {
  readonly lines: number;
  /** Not sent: this log has written newer values of their points since. */
  readonly superseded: number;
  /** Sent, although their points may have been written since. */
  readonly unknown: number;
}

/** Figures of a log; counts are lines since it was opened, records found pending count as appended. */
export interface WalStats {
  readonly appended: number;
  readonly acked: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly corrupt: number;
  readonly pending: number;
  readonly bytes: number;
  readonly segments: number;
  /** When the oldest pending record was appended, milliseconds since the epoch. */
  readonly oldestAt: number | undefined;
  readonly deadLetterBytes: number;
  readonly quarantineBytes: number;
  /** Why lines are not durable at present. */
  readonly problem: Error | undefined;
  /** Durations of the last syncs, milliseconds. */
  readonly syncMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Largest record, and largest join of what waits, for a broker: many take no message over 1 MB, and JSON adds to it. */
export const BROKER_RECORD_BYTES = 256 * 1024;

/** Defaults without any bound; those of `wal-buffer` are in its table of settings. */
export const DEFAULTS: Omit<Required<WalOptions>, "directory"> = {
  node: "wal",
  version: "1",
  sync: "always",
  whenFull: "drop-oldest",
  maxBytes: Infinity,
  maxAgeMs: 0,
  joinLines: Infinity,
  recordBytes: 1024 * 1024,
  fileSystem: nodeFileSystem,
  clock: systemClock,
  onEvent: () => undefined,
};

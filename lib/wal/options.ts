import { type Clock, systemClock } from "../time/clock";
import type { Adopted } from "./adopt";
import type { FullPolicy } from "./appender";
import type { Trimmed } from "./bounded-folder";
import { type FileSystem, nodeFileSystem } from "./file-system";
import type { ReadDamage } from "./reader";
import type { Finding } from "./recovery";
import type { Drop } from "./space";
import type { SyncMode } from "./segment-writer";

export interface WalOptions {
  readonly directory: string;
  /** Goes into the segment headers. */
  readonly node?: string;
  readonly version?: string;
  readonly sync?: SyncMode;
  readonly whenFull?: FullPolicy;
  /** All that the directory may take: segments, dead letters and quarantine. */
  readonly maxBytes?: number;
  /** 0 = lines never become too old. */
  readonly maxAgeMs?: number;
  /** Small appends of one burst are joined to records of at most so many lines. */
  readonly joinLines?: number;
  readonly fileSystem?: FileSystem;
  readonly clock?: Clock;
  readonly onEvent?: (event: WalEvent) => void;
}

/** What a user wants to be told, as it happens. */
export type WalEvent =
  | ({ readonly kind: "dropped" } & Omit<Drop, "reason"> & {
        readonly reason: Drop["reason"] | "while being sent";
      })
  | ({ readonly kind: "corrupt" } & (Finding | ReadDamage))
  /** Lines are not being kept, and wait in memory; without an error: they are kept again. */
  | { readonly kind: "durability"; readonly error: Error | undefined }
  /** Dead letters or quarantine were more than their share: the oldest were removed. */
  | ({ readonly kind: "trimmed" } & Trimmed)
  /** Dead letters are sent again, but for lines whose points were written since. */
  | ({ readonly kind: "requeued" } & Requeued)
  /** Another log was taken over, or could not be. */
  | ({ readonly kind: "adopted"; readonly error?: Error } & Adopted)
  /** The directory belongs to another process now; this log is of no use any more. */
  | { readonly kind: "lost"; readonly error: Error };

/** What became of dead letters that were asked for again, in lines. */
export interface Requeued {
  readonly lines: number;
  /** Not sent, as this log has written newer values of their points since. */
  readonly superseded: number;
  /** Sent although it cannot be told whether their points were written since. */
  readonly unknown: number;
}

/** Figures of a log; all counts are lines since it was opened, what was found pending then counting as appended. */
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
  /** Why lines are not being kept at present. */
  readonly problem: Error | undefined;
  /** Of the last syncs, milliseconds. */
  readonly syncMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Defaults; those of the settings of `wal-buffer` stand in its table, here is only what sets no bound. */
export const DEFAULTS: Omit<Required<WalOptions>, "directory"> = {
  node: "wal",
  version: "1",
  sync: "always",
  whenFull: "drop-oldest",
  maxBytes: Infinity,
  maxAgeMs: 0,
  joinLines: Infinity,
  fileSystem: nodeFileSystem,
  clock: systemClock,
  onEvent: () => undefined,
};

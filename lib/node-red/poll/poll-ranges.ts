/** What the poll nodes take for their numbers: one table for the dialogs and for the runtime. */
export const POLL_RANGES = {
  /** Whole buckets asked again at each poll. */
  lookback: { min: 0, max: 96 },
  /** Hours. */
  maxBackfill: { min: 0, max: 24 * 31 },
} as const;

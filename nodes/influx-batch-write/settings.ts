import { choice, flag, node, number, text, time } from "../../lib/node-red/settings-table";

/** The settings of `influx-batch-write`. */
export const SETTINGS = {
  influx: node("influx-config"),
  /** Lines that make a batch full. */
  batchSize: number({ default: 500, min: 1, max: 100_000, whole: true, unit: "lines" }),
  /** A batch is written after so long even if it is not full; 0 writes at once. */
  flushInterval: time({ default: 30, min: 0, max: 3_600, unit: "s" }),
  /** Unit of the timestamps in the lines. */
  precision: choice("ns", "us", "ms", "s"),
  gzip: flag(true),
  /** Blank: `msg.bucket`, then that of the connection. */
  bucket: text(),
};

import { choice, flag, number, text, time } from "../../lib/node-red/settings-table";

/** The settings of `wal-buffer`. */
export const SETTINGS = {
  /** Blank: below the user directory, by the node's id. */
  directory: text(),
  /** Bound of the directory. */
  maxSizeMB: number({ default: 256, min: 1, max: 1_048_576, unit: "MB" }),
  /** Drops older lines; 0: never. */
  maxAgeHours: time({ default: 0, min: 0, max: 87_600, unit: "h" }),
  /** When a line counts as kept. */
  sync: choice("always", "interval", "off"),
  whenFull: choice("drop-oldest", "reject"),
  /** Bound of lines on their way without an outcome. */
  window: number({ default: 5_000, min: 1, max: 1_000_000, whole: true, unit: "lines" }),
  /** `one`: strict order, also through a broker; waiting records are joined. */
  inFlight: choice("many", "one"),
  /** Leaves out lines that say nothing new about their point. */
  onlyChanges: flag(false),
  /** Keeps one of them in this time nevertheless. */
  fullEvery: time({ default: 24, min: 0.1, max: 8_760, unit: "h" }),
  /** How long to wait for an outcome before lines are sent again. */
  ackTimeout: time({ default: 120, min: 1, max: 86_400, unit: "s" }),
};

/** Time limit of taking a log over, for route and dialog: a large log takes minutes to move. */
export const ADOPT_LIMIT_MS = 10 * 60_000;

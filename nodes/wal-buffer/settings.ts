import { choice, flag, number, text } from "../../lib/node-red/settings-table";

/** The settings of `wal-buffer`. */
export const SETTINGS = {
  /** Blank: below the user directory, by the node's id. */
  directory: text(),
  /** All that the directory may take. */
  maxSizeMB: number({ default: 256, min: 1, max: 1_048_576, unit: "MB" }),
  /** Older lines are dropped; 0 keeps lines however old they are. */
  maxAgeHours: number({ default: 0, min: 0, max: 87_600, unit: "h" }),
  /** When a line counts as kept. */
  sync: choice("always", "interval", "off"),
  whenFull: choice("drop-oldest", "reject"),
  /** Lines that may be on their way without an outcome. */
  window: number({ default: 5_000, min: 1, max: 1_000_000, whole: true, unit: "lines" }),
  /** `one`: strict order, also through a broker; what waits is joined. */
  inFlight: choice("many", "one"),
  /** Lines that say nothing new about their point are not kept again. */
  onlyChanges: flag(false),
  /** So often they are kept nevertheless. */
  fullEvery: number({ default: 24, min: 0.1, max: 8_760, unit: "h" }),
  /** After so long without an outcome lines are sent again. */
  ackTimeout: number({ default: 120, min: 1, max: 86_400, unit: "s" }),
};

import { choice, duration, flag, list, text } from "../../lib/node-red/settings-table";

/** The settings of `genesys-to-lineprotocol`. */
export const SETTINGS = {
  /** Blank: by kind. */
  measurement: text({ word: true }),
  /** Blank: that of the message, then the variable. */
  environment: text({ word: true, env: "GENESYS_ENV_ID", envLate: true }),
  /** Which time a point gets. */
  timestamp: choice("auto", "intervalEnd", "intervalStart", "polledAt"),
  /** To what times are rounded down; blank: by kind. */
  align: duration(),
  /** Where all names go. */
  queueName: choice("field", "tag", "off"),
  /** Further constant tags, each `key=value`. */
  tags: list(),
  /** Writes 0 for what a complete answer leaves out of a closed bucket. */
  zeroFill: flag(false),
};

import type { MigrationStep } from "./migrate";

/**
 * How saved settings of older releases become those of this one, by node type; the first step leads from version 1 to
 * version 2. A node type with n steps has `version: { value: n + 1 }` in its editor's defaults, which a test checks.
 */
export const MIGRATIONS: Readonly<Record<string, readonly MigrationStep[]>> = {
  "collector-health": [],
  "genesys-agent-poll": [],
  "genesys-config": [],
  "genesys-queue-poll": [],
  "genesys-to-lineprotocol": [],
  "influx-batch-write": [],
  "influx-config": [],
  "wal-buffer": [],
};

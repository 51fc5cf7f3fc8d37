import type { MigrationStep } from "../../lib/node-red/migrate";

/** How saved settings of older releases become those of this one; the first step leads from version 1 to version 2. */
export const MIGRATIONS: readonly MigrationStep[] = [];

/** Saved settings of a node, of any version. */
export type SavedSettings = Record<string, unknown>;

/** Turns settings of one version into the next; `steps[0]` leads from version 1 to version 2. */
export type MigrationStep = (settings: SavedSettings) => SavedSettings;

/**
 * Brings saved settings up to date, so that a flow of an older release works without being opened in the editor.
 * Settings without a `version` are of version 1. Settings of a newer release than this one are taken as they are.
 *
 * @param steps the node type's own, from `nodes/<type>/migrations.ts`; with n steps this release's version is n + 1
 * @returns a copy; `version` is that of this release
 */
export function migrate<T extends object>(settings: T, steps: readonly MigrationStep[]): T {
  const current = steps.length + 1;
  let migrated = { ...settings } as SavedSettings;
  const saved = Number(migrated["version"]);
  for (let version = saved >= 1 ? Math.floor(saved) : 1; version < current; version++) {
    migrated = { ...steps[version - 1]!(migrated), version: version + 1 };
  }
  return { ...migrated, version: Math.max(current, saved >= 1 ? saved : 1) } as unknown as T & {
    version: number;
  };
}

import type { World } from "./context";

/** Final values by query. */
export type Truth = Record<string, never>;

export function truth(_world: World): Truth {
  return {};
}

/**
 * Where changes come from now.
 *
 * - `starting`: nothing is known yet
 * - `live`: all changes are pushed
 * - `partly`: some are, and the others come from snapshots every 30 s
 * - `polling`: all come from snapshots every 30 s
 */
export type LiveMode = "starting" | "live" | "partly" | "polling";

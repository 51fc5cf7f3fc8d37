import { parseArgs } from "node:util";
import { asError } from "../../terms/as-error";

/** A call of the tool. */
export interface Request {
  readonly command: Command;
  readonly directory: string;
  /** With `adopt`: the log to take over. */
  readonly from?: string;
  /** Only records appended at or after this time, milliseconds since the epoch. */
  readonly since: number;
  /** Only records that are not acknowledged. */
  readonly pending: boolean;
}

const COMMANDS = ["ls", "verify", "cat", "export", "requeue-rejected", "adopt"] as const;
/** A command of the tool. */
export type Command = (typeof COMMANDS)[number];

/** The tool's help. */
export const USAGE = `genesys-wal: look into the log of a wal-buffer node, running or not

  genesys-wal ls <directory>                 what there is, and how much of it waits
  genesys-wal verify <directory>             check every record; ends with 1 when one is damaged
  genesys-wal cat <directory>                print the lines of all intact records
  genesys-wal export <directory> --since T   the same from a time on, such as 2026-11-22T08:00Z or 2h
  genesys-wal requeue-rejected <directory>   have the dead letters sent again
  genesys-wal adopt <directory> <other>      have the log of a node that is gone taken over by the first one

  --pending   with cat and export: only what is not acknowledged

The directory is <userDir>/genesys-influx/wal/<node id> unless the node says otherwise. The output of cat and export
can be loaded with: influx write --precision ns`;

/** A wrong call; the message says why. */
export class UsageError extends Error {}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws UsageError */
export function readArguments(args: readonly string[], now: number): Request {
  const { values, positionals } = parse(args);
  const [name, directory, ...rest] = positionals;
  const from = name === "adopt" ? rest[0] : undefined;
  const more = from === undefined ? rest : rest.slice(1);
  const command = COMMANDS.find((one) => one === name);
  if (!command) throw new UsageError(name ? `there is no command ${name}` : "which command?");
  if (!directory) throw new UsageError(`${command} of which directory?`);
  if (command === "adopt" && from === undefined)
    throw new UsageError("adopt which other directory? It comes second");
  if (more.length > 0) throw new UsageError(`one directory, not ${positionals.length - 1}`);
  if (command === "export" && values.since === undefined)
    throw new UsageError("export since when? --since 2h");
  return {
    command,
    directory,
    ...(from !== undefined && { from }),
    since: since(values.since, now),
    pending: values.pending ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { since: { type: "string" }, pending: { type: "boolean" } },
    });
  } catch (error) {
    throw new UsageError(asError(error).message);
  }
}

function since(text: string | undefined, now: number): number {
  if (text === undefined) return 0;
  const ago = /^(\d+)([smhd])$/.exec(text);
  if (ago) return now - Number(ago[1]) * UNITS[ago[2]!]!;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`--since ${text} is no time: give 2026-11-22T08:00Z, or 2h for two hours ago`);
  return time;
}

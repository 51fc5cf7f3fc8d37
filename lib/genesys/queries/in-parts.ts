import type { FailureKind, GenesysError } from "../errors";
import { asGenesysError } from "../errors";
import type { JsonObject } from "../json";
import type { PresenceMappings } from "../../terms/presences";
import type { Answered, Part, PartFailure } from "./part";

/** Bounds of one request. */
export interface PartsOptions {
  /** Keys in one request at most. */
  readonly size: number;
  /** Called with the number of keys that were too many for one answer. */
  readonly onTooLarge?: (keys: number) => void;
}

/** Failures that all parts of a question have in common. */
const SHARED: ReadonlySet<FailureKind> = new Set(["auth", "token", "forbidden", "aborted"]);
/** Parts under way at the same time; the budget may hold them further. More would only sit in memory. */
const PARALLEL = 4;

/**
 * Asks one question about many keys (queues, users) in as many requests as the caps demand, and merges the answers.
 * A part that is too large, in request or answer, is halved. A part that fails does not lose the others.
 *
 * @throws GenesysError when all parts failed
 */
export async function askInParts(
  keys: readonly string[],
  { size, onTooLarge }: PartsOptions,
  ask: (keys: readonly string[]) => Promise<Part>,
): Promise<Answered> {
  const rows: JsonObject[] = [];
  const failures: PartFailure[] = [];
  const mappings = new Map<string, Set<string>>();
  let malformed = 0;
  let answers = 0;
  /** A failure that all further parts would share. */
  let fatal: GenesysError | undefined;

  const askPart = async (part: readonly string[]): Promise<void> => {
    if (fatal) return void failures.push({ error: fatal, keys: part });
    try {
      const answer = await ask(part);
      answers++;
      // Not push(...rows): a large answer would not fit the stack.
      for (const row of answer.rows) rows.push(row);
      malformed += answer.malformed;
      addMappings(mappings, answer.mappings);
    } catch (thrown) {
      const error = asGenesysError(thrown);
      if (error.kind === "tooLarge" && part.length > 1) {
        onTooLarge?.(part.length);
        const half = Math.ceil(part.length / 2);
        await Promise.all([askPart(part.slice(0, half)), askPart(part.slice(half))]);
        return;
      }
      if (SHARED.has(error.kind)) fatal = error;
      failures.push({ error, keys: part });
    }
  };

  const waiting = chunks(keys, size);
  const work = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) await askPart(part);
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  if (answers === 0 && failures.length > 0) throw failures[0]!.error;
  return {
    rows,
    failures,
    malformed,
    ...(mappings.size > 0 && {
      mappings: Object.fromEntries([...mappings].map(([name, ids]) => [name, [...ids]])),
    }),
  };
}

/** Cuts a list into lists of at most `size` and about equal length, so that the last request is not tiny. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  const count = Math.max(Math.min(1, list.length), Math.ceil(list.length / size));
  const length = Math.ceil(list.length / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => list.slice(index * length, (index + 1) * length));
}

function addMappings(all: Map<string, Set<string>>, more: PresenceMappings = {}): void {
  for (const [name, ids] of Object.entries(more)) {
    const known = all.get(name) ?? new Set();
    for (const id of ids) known.add(id);
    all.set(name, known);
  }
}

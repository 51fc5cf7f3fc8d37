import fc from "fast-check";
import { MAX_LINES, type Setup, WalWorld } from "./wal-model";

/** One step of a log's life. */
export type Step =
  | { readonly do: "append"; readonly records: number; readonly lines: number }
  | { readonly do: "read"; readonly count: number }
  | { readonly do: "ack"; readonly which: number; readonly rejected: boolean }
  | { readonly do: "rewind" | "reopen" | "unlimit" }
  | { readonly do: "crash" | "corrupt"; readonly seed: number }
  | { readonly do: "limit"; readonly bytes: number }
  | { readonly do: "wait"; readonly ms: number };

const seed = fc.integer({ min: 1, max: 2 ** 31 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      records: fc.integer({ min: 1, max: 6 }),
      lines: fc.integer({ min: 1, max: MAX_LINES }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("read" as const), count: fc.integer({ min: 1, max: 8 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("ack" as const), which: fc.nat(5), rejected: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "rewind" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "reopen" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("crash" as const), seed }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("corrupt" as const), seed }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("limit" as const), bytes: fc.nat(2_000) }) },
  { weight: 1, arbitrary: fc.constant({ do: "unlimit" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(3_000) }) },
);

async function run(world: WalWorld, step: Step): Promise<void> {
  switch (step.do) {
    case "append":
      return world.append(step.records, step.lines);
    case "read":
      return world.read(step.count);
    case "ack":
      return world.ack(step.which, step.rejected);
    case "limit":
      return world.limit(step.bytes);
    case "wait":
      return world.wait(step.ms);
    case "crash":
    case "corrupt":
      return world[step.do](step.seed);
    default:
      return world[step.do]();
  }
}

/** Runs one life of a log and compares its work with its reports. */
export async function live(setup: Setup, life: readonly Step[]): Promise<void> {
  const world = new WalWorld(setup);
  await world.open();
  for (const step of life) await run(world, step);
  await world.finish();
}

/** Runs random lives of a log and compares its work with its reports. Throws with the shortest failing life. */
export async function liveThrough(setup: Setup, runs: number, without: Step["do"][] = []): Promise<void> {
  const life = fc.array(
    steps.filter((step) => !without.includes(step.do)),
    { minLength: 1, maxLength: 60, size: "max" },
  );
  await fc.assert(
    fc.asyncProperty(life, (all) => live(setup, all)),
    { numRuns: runs, endOnFailure: false },
  );
}

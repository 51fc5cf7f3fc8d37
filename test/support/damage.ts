import assert from "node:assert/strict";
import type { FoundRecord } from "../../lib/wal/scan";
import { scanBytes, segmentOf } from "./wal";

/** A way to damage a segment; `at` walks over `count` places. */
export interface Damage {
  readonly name: string;
  readonly count: (bytes: Buffer) => number;
  readonly apply: (bytes: Buffer, at: number) => Buffer;
  /** How many records one such damage may cost at most; `undefined`: those behind `at` are gone with their bytes. */
  readonly costs: number | undefined;
}

const perByte = (bytes: Buffer) => bytes.length;

export const DAMAGES: readonly Damage[] = [
  {
    name: "cut off at a byte",
    count: perByte,
    apply: (bytes, at) => bytes.subarray(0, at),
    costs: undefined,
  },
  {
    name: "one bit flipped",
    count: (bytes) => bytes.length * 8,
    apply(bytes, at) {
      const copy = Buffer.from(bytes);
      copy[at >> 3]! ^= 1 << (at & 7);
      return copy;
    },
    costs: 1,
  },
  {
    name: "zeroes from a byte on",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]),
    costs: undefined,
  },
  {
    name: "a sector of zeroes",
    count: perByte,
    apply: (bytes, at) => Buffer.from(bytes).fill(0, at, Math.min(at + 512, bytes.length)),
    costs: 3,
  },
  {
    name: "a byte inserted",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from("1"), bytes.subarray(at)]),
    costs: 1,
  },
  {
    name: "a line feed inserted",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from("\n"), bytes.subarray(at)]),
    costs: 1,
  },
  {
    name: "a byte deleted",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
    costs: 1,
  },
  {
    name: "a stretch of bytes duplicated",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at + 700), bytes.subarray(at)]),
    costs: 3,
  },
  {
    name: "a byte duplicated",
    count: perByte,
    apply: (bytes, at) => Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]),
    costs: 1,
  },
];

/**
 * Damages a segment at every `step`th place. Only records that were written may be accepted, no more may be lost than
 * were hit, and all bytes that are no record must be reported.
 *
 * @returns how many cases were tried
 */
export async function tryDamage(
  damage: Damage,
  records: number,
  linesEach: number,
  step: number,
): Promise<number> {
  const { bytes, ends } = segmentOf(records, linesEach);
  const written = new Map(
    (await scanBytes(bytes)).filter(isRecord).map((record) => [record.header.seq, record.payload]),
  );
  assert.equal(written.size, records);
  let cases = 0;
  for (let at = 0; at < damage.count(bytes); at += step, cases++) {
    const damaged = damage.apply(bytes, at);
    const found = await scanBytes(damaged);
    const where = `${damage.name} ${at}`;
    let last = 0;
    for (const { header, payload } of found.filter(isRecord)) {
      assert.ok(
        written.get(header.seq)?.equals(payload),
        `${where}: record ${header.seq} is not what was written`,
      );
      assert.ok(header.seq > last, `${where}: order`);
      last = header.seq;
    }
    const whole =
      damage.costs === undefined ? ends.filter((end) => end <= at).length : records - damage.costs;
    const got = found.filter(isRecord).length;
    assert.ok(got >= whole, `${where}: ${got} of ${whole} records`);
    if (got < records && !isCutBetweenRecords(damaged, bytes, ends, at)) {
      assert.ok(
        found.some(({ kind }) => kind === "damage"),
        `${where}: not reported`,
      );
    }
  }
  return cases;
}

/** A file that ends where a record ends looks whole; so does one that lost even its header line. */
function isCutBetweenRecords(damaged: Buffer, bytes: Buffer, ends: readonly number[], at: number): boolean {
  return damaged.length < bytes.length - 1 && (ends.includes(at) || at === 0 || bytes[at - 1] === 0x0a);
}

function isRecord(found: { kind: string }): found is FoundRecord {
  return found.kind === "record";
}

import assert from "node:assert/strict";
import { crc32 as zlibCrc32 } from "node:zlib";
import { plainCrc32 } from "../../../lib/wal/crc32";
import { parseRecordHeader, recordHeader, segmentHeader, segmentName } from "../../../lib/wal/format";
import { DAMAGES, tryDamage } from "../../support/damage";
import { scanBytes, segmentOf } from "../../support/wal";

describe("wal1 segments", () => {
  it("are line protocol with comments of plain characters", () => {
    const { bytes } = segmentOf(2, 2);
    const comments = bytes
      .toString()
      .split("\n")
      .filter((line) => line.startsWith("#"));
    assert.equal(comments.length, 3);
    for (const comment of comments) assert.match(comment, /^# wal1 [A-Za-z0-9 =._:-]+$/);
    assert.match(
      segmentHeader(17, 1732265582123, 'a"b\\c', "1.0.0").toString(),
      /node=a_b_c writer=1\.0\.0\n$/,
    );
    assert.equal(segmentName(17), "wal-00000000000000000017.lp");
  });

  it("have the checksum that gzip and Python have", () => {
    const payload = Buffer.from("m,t=a v=1i 17\n");
    const line = recordHeader({ seq: 17, t: 5, lines: 1, bytes: payload.length }, payload).toString();
    const sum = zlibCrc32(Buffer.concat([Buffer.from("# wal1 seq=17 t=5 lines=1 bytes=14"), payload]));
    assert.equal(line, `# wal1 seq=17 t=5 lines=1 bytes=14 crc32=${sum.toString(16).padStart(8, "0")}\n`);
    assert.equal(plainCrc32(payload, plainCrc32(Buffer.from(line))), zlibCrc32(payload, zlibCrc32(line)));
    assert.equal(parseRecordHeader(Buffer.from(line))?.seq, 17);
    assert.equal(parseRecordHeader(Buffer.from(line.replace("lines=1", "lines=1 more=2"))), undefined);
  });

  it("are read back record by record, whatever the payload holds", async () => {
    const nested = segmentOf(1, 1, 5).bytes;
    const payload = Buffer.concat([Buffer.from('m s="'), nested, Buffer.from('" 17\n')]);
    const bytes = Buffer.concat([
      segmentHeader(1, 1, "n", "1"),
      recordHeader({ seq: 1, t: 1, lines: 1, bytes: payload.length }, payload),
      payload,
    ]);
    const found = await scanBytes(bytes);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["record"],
    );
  });

  // Every place is tried in test/faults; here a part of them, on every run.
  for (const damage of DAMAGES) {
    it(`with ${damage.name}: nothing wrong is accepted, nothing else is lost, the damage is reported`, async () => {
      const cases = await tryDamage(damage, 5, 4, damage.name.includes("bit") ? 13 : 3);
      assert.ok(cases > 300, `${cases} cases`);
    });
  }
});

import assert from "node:assert/strict";
import { readArguments, UsageError } from "../../../lib/wal/tool/arguments";
import { runCommand } from "../../../lib/wal/tool/commands";
import { WalLog } from "../../../lib/wal/log";
import { FakeClock } from "../../support/fake-clock";
import { MemoryFs } from "../../support/memory-fs";
import { numberedLine } from "../../support/wal";

describe("genesys-wal", () => {
  let clock: FakeClock;
  let fs: MemoryFs;
  let log: WalLog;

  const directory = "/logs/tool";

  beforeEach(async () => {
    clock = new FakeClock();
    fs = new MemoryFs(clock);
    log = await WalLog.open({ directory, fileSystem: fs, clock });
    await log.append([numberedLine(1), numberedLine(2)]);
    await clock.advance(300_000);
    await log.append([numberedLine(3)]);
    log.ack((await log.next())!.seq);
    await clock.advance(2_000);
  });

  afterEach(() => log.close());

  async function run(...args: string[]): Promise<{ code: number; out: string; complaints: string[] }> {
    let out = "";
    const complaints: string[] = [];
    const code = await runCommand(fs, readArguments(args, clock.now()), {
      write: (text) => Promise.resolve(void (out += String(text))),
      complain: (line) => complaints.push(line),
    });
    return { code, out, complaints };
  }

  it("shows and checks a log that is in use", async () => {
    const { out } = await run("ls", directory);
    assert.match(
      out,
      /^wal-0{19}1\.lp {2}\d+ bytes {2}2 records {2}3 lines {2}1 pending {2}2026-11-22T10:00/,
    );
    assert.match(out, /^1 segment, \d+ bytes, 1 line pending$/m);
    assert.deepEqual(await run("verify", directory), {
      code: 0,
      out: "1 segment, 2 records, 3 lines intact; 0 damaged places\n",
      complaints: [],
    });
    await log.append([numberedLine(4)]);
    assert.equal(log.stats().pending, 2, "the log goes on");
  });

  it("prints lines: all, since a time, or what waits", async () => {
    const lines = (...numbers: number[]) => numbers.map((n) => `${numberedLine(n)}\n`).join("");
    assert.equal((await run("cat", directory)).out, lines(1, 2, 3));
    assert.equal((await run("cat", directory, "--pending")).out, lines(3));
    assert.equal((await run("export", directory, "--since", "2m")).out, lines(3));
    assert.equal((await run("export", directory, "--since", "2026-11-22T09:00Z")).out, lines(1, 2, 3));
  });

  it("prints only what is intact, and says what it left out", async () => {
    const [[path, { data }]] = [...fs.contents].filter(([name]) => name.endsWith("1.lp")) as [
      [string, { data: Buffer }],
    ];
    data[data.indexOf("x 1")]! ^= 1;
    fs.put(path, data);
    const { code, out, complaints } = await run("cat", directory);
    assert.equal(code, 1);
    assert.equal(out, `${numberedLine(3)}\n`);
    assert.match(complaints[0]!, /0001\.lp: bytes \d+ to \d+ are left out/);
    assert.equal((await run("verify", directory)).code, 1);
  });

  it("has dead letters sent again by the node that runs", async () => {
    await log.keepRejected([{ lines: [numberedLine(7)], reason: "too old", code: "" }]);
    assert.match((await run("requeue-rejected", directory)).out, /^1 file of dead letters/);
    await clock.advance(10_000);
    assert.deepEqual((await log.next())?.lines, [numberedLine(3)]);
    assert.deepEqual((await log.next())?.lines, [numberedLine(7)]);
    assert.deepEqual(
      [...fs.contents.keys()].filter((name) => name.includes("/rejected/")),
      [],
    );
  });

  it("says what is wrong with a call", async () => {
    for (const [args, words] of [
      [[], /which command/],
      [["list", "x"], /no command list/],
      [["ls"], /of which directory/],
      [["export", "x"], /since when/],
      [["export", "x", "--since", "soon"], /--since soon is no time/],
      [["cat", "x", "--all"], /--all/],
    ] as const) {
      assert.throws(
        () => readArguments(args, 0),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    }
    assert.deepEqual(await run("ls", "/nowhere"), {
      code: 2,
      out: "",
      complaints: ["/nowhere: there is no such directory"],
    });
  });
});

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HealthRegistry, healthRegistry } from "../../lib/health/registry";
import { Announcer } from "../../nodes/wal-buffer/announcer";
import { LetterKeeper } from "../../nodes/wal-buffer/letter-keeper";
import type { Message } from "../../lib/node-red/input";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { FakeClock } from "../support/fake-clock";
import { helper, load, nextMessage, receive } from "../support/helper";
import { eventually } from "../support/node-red";

const LETTER = { lines: ["m f=x 1"], reason: "invalid boolean", code: "invalid-line" };

describe("dead letters of wal-buffer that the disk does not take", () => {
  let clock: FakeClock;
  let registry: HealthRegistry;
  let events: Message[];
  let errors: string[];
  let keeper: LetterKeeper;
  let disk: Error | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    registry = new HealthRegistry();
    [events, errors, disk] = [[], [], new Error("EACCES: rejected")];
    const reporter = registry.register({ id: "b", type: "wal-buffer", name: "", flow: "f" }, {});
    const announcer = new Announcer({
      ...{ clock, reporter, warn: () => undefined, error: (text) => errors.push(text) },
      send: (event) => events.push(event),
    });
    const log = { keepRejected: () => (disk ? Promise.reject(disk) : Promise.resolve()) };
    keeper = new LetterKeeper({ log, clock, announcer, reporter });
  });
  afterEach(() => keeper.close());
  const problems = () => registry.reports("f").flatMap((report) => report.problems ?? []);

  it("are tried for hours where nobody waits for them, told once, and kept in the end", async () => {
    const end = keeper.keep(LETTER, () => false);
    await clock.advance(3 * 3_600_000);
    assert.deepEqual(events, []);
    assert.deepEqual(errors, [
      "lines that the server refused could not be kept as dead letters: EACCES: rejected",
    ]);
    assert.equal(problems().length, 1);
    disk = undefined;
    await clock.advance(5_000);
    assert.equal(await end, "kept");
    assert.deepEqual(
      events.map(({ topic, payload }) => [topic, (payload as { kept: boolean }).kept]),
      [["rejected", true]],
    );
    assert.deepEqual(problems(), []);
  });

  it("are given up, and that is told, only when good lines wait for them", async () => {
    let wait = false;
    const end = keeper.keep(LETTER, () => wait);
    await clock.advance(600_000);
    assert.deepEqual(events, []);
    wait = true;
    await clock.advance(5_000);
    assert.equal(await end, "givenUp");
    assert.deepEqual(
      events.map(({ payload }) => payload),
      [{ lines: 1, kept: false, reason: "invalid boolean", code: "invalid-line" }],
    );
  });

  it("are neither kept nor given up when the node is closed: their record comes again", async () => {
    const end = keeper.keep(LETTER, () => true);
    keeper.close();
    await clock.advance(1);
    assert.equal(await end, "closed");
    assert.deepEqual(events, []);
  });
});

describe("a file of dead letters that cannot be read", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "letters-"))));
  afterEach(async () => {
    await helper.unload();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is named on Catch, in the log and in health until it can be; the others are sent again", async () => {
    await load(
      [walBuffer],
      [
        { id: "tab", type: "tab" },
        { id: "wal", type: "wal-buffer", z: "tab", x: 1, y: 1, directory, wires: [["out"], []] },
        { id: "out", type: "helper", z: "tab" },
        { id: "catch", type: "catch", z: "tab", x: 1, y: 1, scope: ["wal"], wires: [["caught"]] },
        { id: "caught", type: "helper", z: "tab" },
      ],
    );
    const problems = () =>
      healthRegistry
        .reports()
        .find(({ id }) => id === "wal")!
        .problems.map(({ message }) => message);
    // Older than the file of this hour, and what every read of it fails at: a folder.
    const bad = join(directory, "rejected", "rej-2020-01-01T00.lp");
    mkdirSync(bad, { recursive: true });
    receive("wal", {
      payload: LETTER.lines,
      influx: { status: "rejected", lines: 1 },
      error: { message: "no" },
    });
    const [caught, out] = [nextMessage("caught"), nextMessage("out")];
    receive("wal", { topic: "wal/requeue-rejected" });
    const { message: told } = (await caught)["error"] as { message: string };
    const message = told.replace(/^Error: /, "");
    assert.match(message, /^dead letters cannot be sent again: rej-2020-01-01T00.lp.requeue: EISDIR/);
    assert.deepEqual((await out)["payload"], LETTER.lines);
    assert.deepEqual(problems(), [`${message}; trying again`]);
    const logged = (helper.log().args as [{ level: number; msg: unknown }][]).map(([{ msg }]) => String(msg));
    assert.equal(logged.filter((text) => text.includes("EISDIR")).length, 1);
    rmdirSync(`${bad}.requeue`);
    await eventually("health forgets it", () => problems().length === 0);
  });
});

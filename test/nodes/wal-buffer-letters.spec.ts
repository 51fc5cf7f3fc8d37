import assert from "node:assert/strict";
import { HealthRegistry } from "../../lib/health/registry";
import { Announcer } from "../../nodes/wal-buffer/announcer";
import { LetterKeeper } from "../../nodes/wal-buffer/letter-keeper";
import type { Message } from "../../lib/node-red/input";
import { FakeClock } from "../support/fake-clock";

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

import assert from "node:assert/strict";
import { HealthRegistry } from "../../lib/health/registry";
import { Announcer } from "../../nodes/wal-buffer/announcer";
import { FakeClock } from "../support/fake-clock";

describe("what wal-buffer tells", () => {
  it("warns of drops at the first real loss, then once in ten minutes with the sum", async () => {
    const clock = new FakeClock();
    const registry = new HealthRegistry(clock);
    const problems = () => registry.reports()[0]!.problems.map(({ message }) => message);
    const warned: string[] = [];
    const announcer = new Announcer({
      clock,
      reporter: registry.register({ id: "b", type: "wal-buffer" }),
      send: () => undefined,
      warn: (text) => warned.push(text),
      error: (text) => assert.fail(text),
    });
    const drop = (lines: number) =>
      announcer.logEvent({
        ...{ kind: "dropped", records: 1, lines, bytes: 1, inFlight: 5, reason: "disk full", from: 0, to: 0 },
      });
    drop(0);
    assert.equal(warned.length, 0);
    for (let i = 0; i < 100; i++) {
      drop(10);
      await clock.advance(30_000);
    }
    const [first] = warned;
    assert.equal(first, "lines dropped, oldest first: 10 (disk full)");
    assert.deepEqual(problems(), [warned.at(-1)], "health says so too");
    const sum = warned.reduce((all, text) => all + Number(/: (\d+)/.exec(text)?.[1]), 0);
    await clock.advance(600_000);
    assert.ok(warned.length >= 5 && warned.length <= 7, `${warned.length}`);
    assert.ok(sum >= 800);
    await clock.advance(600_000);
    assert.deepEqual(problems(), [], "ten minutes without a loss");
    announcer.close();
    assert.equal(clock.pending, 0);
  });

  it("tells each trouble once, though others come in between, and again when it comes back", () => {
    const [told, warned]: string[][] = [[], []];
    const clock = new FakeClock();
    const announcer = new Announcer({
      clock,
      reporter: new HealthRegistry(clock).register({ id: "b", type: "wal-buffer" }),
      send: () => undefined,
      warn: (text) => warned!.push(text),
      error: (text) => told!.push(text),
    });
    // A disk that gives nothing: every few seconds the log and the dead letters are tried again.
    for (let i = 0; i < 10; i++) {
      announcer.fail("read", "cannot be read");
      announcer.fail("deadLetters", "cannot be kept");
    }
    assert.deepEqual(told, ["cannot be read", "cannot be kept"]);
    announcer.worksAgain("deadLetters", "kept");
    announcer.worksAgain("deadLetters", "kept");
    assert.deepEqual(warned, ["kept"]);
    announcer.fail("read", "cannot be read");
    announcer.fail("deadLetters", "cannot be kept");
    assert.deepEqual(told, ["cannot be read", "cannot be kept", "cannot be kept"]);
  });
});

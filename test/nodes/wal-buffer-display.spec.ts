import assert from "node:assert/strict";
import { HealthRegistry } from "../../lib/health/registry";
import type { NodeStatus } from "../../lib/node-red/status";
import type { DeliveryState } from "../../lib/wal/delivery-options";
import type { WalStats } from "../../lib/wal/options";
import { LogFullError } from "../../lib/wal/space";
import { BufferDisplay } from "../../nodes/wal-buffer/display";
import { FakeClock } from "../support/fake-clock";

const EMPTY: WalStats = {
  ...{ appended: 0, acked: 0, rejected: 0, dropped: 0, corrupt: 0, pending: 0 },
  ...{ bytes: 0, segments: 1, oldestAt: undefined, deadLetterBytes: 0, quarantineBytes: 0 },
  ...{ problem: undefined, syncMs: { p50: 0, p99: 0, max: 0 } },
};

describe("what wal-buffer shows", () => {
  const clock = new FakeClock();
  let registry: HealthRegistry;
  let shown: [state: string, text: string] | undefined;

  beforeEach(() => {
    registry = new HealthRegistry();
    shown = undefined;
  });

  function show(stats: Partial<WalStats>, delivery: Partial<DeliveryState>): void {
    const status = {
      show: (state: string, text: string | (() => string)) =>
        void (shown = [state, typeof text === "string" ? text : text()]),
    } as unknown as NodeStatus;
    const reporter = registry.register({ id: "b", type: "wal-buffer", name: "", flow: "f" }, {});
    new BufferDisplay({
      ...{ clock, status, reporter, sync: "always", maxBytes: 1 },
      text: (key, words = {}) => [key, ...Object.values(words)].join(" "),
    }).show({ ...EMPTY, ...stats }, { doing: "idle", lines: 0, ...delivery }, undefined);
  }
  const report = () => registry.reports("f")[0]!;

  it("says when the next try is, in status and health, and nothing of it when there is none", () => {
    show({ pending: 12, oldestAt: clock.now() - 1_000 }, { doing: "backing-off", nextTryInMs: 150_000 });
    assert.deepEqual(shown, ["waiting", "waiting 12 2m"]);
    assert.equal(report().figures.nextTryTime, clock.now() + 150_000);
    show({ pending: 12, oldestAt: clock.now() - 61_000 }, { doing: "backing-off", nextTryInMs: 9_000 });
    assert.deepEqual(shown, ["degraded", "waiting 12 9s"]);
    show({}, {});
    assert.equal(report().figures.nextTryTime, undefined);
  });

  for (const [what, problem, text] of [
    ["refuses lines", new LogFullError("no room"), "full"],
    ["is not durable", new Error("EIO"), "notDurable"],
  ] as const)
    it(`is failed while it ${what}, whatever it is doing`, () => {
      for (const doing of ["idle", "sending", "backing-off", "paused"] as const) {
        show({ problem }, { doing });
        assert.deepEqual(shown, ["failed", text]);
        assert.equal(report().details["durable"], false);
        assert.equal(report().details["problem"], problem.message);
      }
    });

  it("is failed while the log cannot be read", () => {
    show({ pending: 3 }, { doing: "unreadable" });
    assert.deepEqual(shown, ["failed", "unreadable"]);
  });
});

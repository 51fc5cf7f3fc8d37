import assert from "node:assert/strict";
import { live, liveThrough } from "../../support/wal-commands";

describe("a log, whatever happens to it", () => {
  it("delivers what it confirmed, or says what became of it", () =>
    liveThrough({ sync: "always", whenFull: "drop-oldest" }, 150));

  it("refuses when it is full and told so, and loses nothing", () =>
    liveThrough({ sync: "always", whenFull: "reject" }, 50));

  it("keeps its books and its order also where it only writes", async () => {
    await liveThrough({ sync: "interval", whenFull: "drop-oldest" }, 30, ["crash"]);
    await liveThrough({ sync: "off", whenFull: "drop-oldest" }, 30, ["crash"]);
  });

  it("passes over no line where a crash brings back a cursor whose records are gone", () =>
    live({ sync: "always", whenFull: "reject" }, [
      { do: "append", records: 1, lines: 1 },
      { do: "limit", bytes: 0 },
      { do: "crash", seed: 1 },
      { do: "read", count: 1 },
      { do: "ack", which: 0, rejected: false },
      // The disk is full: the acknowledged segment is removed, and no new one can be made.
      { do: "append", records: 1, lines: 2 },
      { do: "wait", ms: 900 },
      { do: "crash", seed: 749_155_759 },
      { do: "reopen" },
      { do: "append", records: 1, lines: 1 },
      { do: "crash", seed: 1 },
      { do: "read", count: 1 },
    ]));

  it("would be caught if its disk forgot what it was told to sync", async () => {
    const life = liveThrough({ sync: "always", whenFull: "drop-oldest", syncLies: true }, 200, ["corrupt"]);
    await assert.rejects(life, (error: Error) => /lines lost/.test(String(error.cause)));
  });
}).timeout(120_000);

import assert from "node:assert/strict";
import { liveThrough } from "../../support/wal-commands";

describe("a log, whatever happens to it", () => {
  it("delivers what it confirmed, or says what became of it", () =>
    liveThrough({ sync: "always", whenFull: "drop-oldest" }, 150));

  it("refuses when it is full and told so, and loses nothing", () =>
    liveThrough({ sync: "always", whenFull: "reject" }, 50));

  it("keeps its books and its order also where it only writes", async () => {
    await liveThrough({ sync: "interval", whenFull: "drop-oldest" }, 30, ["crash"]);
    await liveThrough({ sync: "off", whenFull: "drop-oldest" }, 30, ["crash"]);
  });

  it("would be caught if its disk forgot what it was told to sync", async () => {
    const life = liveThrough({ sync: "always", whenFull: "drop-oldest", syncLies: true }, 200, ["corrupt"]);
    await assert.rejects(life, (error: Error) => /lines lost/.test(String(error.cause)));
  });
}).timeout(120_000);

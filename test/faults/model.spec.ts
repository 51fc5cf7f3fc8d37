import { liveThrough } from "../support/wal-commands";

describe("thousands of random lives of a log", () => {
  for (const whenFull of ["drop-oldest", "reject"] as const) {
    it(`sync always, ${whenFull}`, () => liveThrough({ sync: "always", whenFull }, 3_000));
    it(`sync interval, ${whenFull}`, () => liveThrough({ sync: "interval", whenFull }, 500, ["crash"]));
    it(`sync off, ${whenFull}`, () => liveThrough({ sync: "off", whenFull }, 500, ["crash"]));
  }
}).timeout(600_000);

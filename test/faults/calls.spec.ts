import { everyCallFails } from "../support/fault-matrix";

describe("every file-system call failing once, with every error", () => {
  for (const sync of ["always", "interval", "off"] as const) {
    for (const whenFull of ["drop-oldest", "reject"] as const) {
      it(`sync ${sync}, ${whenFull}`, async () => {
        console.log(`      ${await everyCallFails({ sync, whenFull }, 1)} lives`);
      });
    }
  }
}).timeout(900_000);

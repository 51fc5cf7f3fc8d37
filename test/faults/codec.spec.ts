import { DAMAGES, tryDamage } from "../support/damage";

describe("a wal1 segment damaged at every place", () => {
  for (const damage of DAMAGES) {
    it(damage.name, async () => {
      const cases = await tryDamage(damage, 12, 18, 1);
      console.log(`      ${cases} cases`);
    }).timeout(600_000);
  }
});

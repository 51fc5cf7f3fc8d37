import assert from "node:assert/strict";
import { FakeClock } from "../../support/fake-clock";
import { answering, closeAll, failureOf, type Reply, simulated, until } from "./support";

const path = "/api/v2/organizations/me";

describe("Genesys Cloud client: clocks that are wrong, or are set", () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock()));
  afterEach(closeAll);

  describe("ours", () => {
    const limited = (retryAfter: string): Reply => ({ status: 429, headers: { "retry-after": retryAfter } });

    it("reads a Retry-After date by the clock of whoever wrote it: ours may be an hour off", async () => {
      const date = "Sun, 22 Nov 2026 11:00:00 GMT";
      const headers = { date, "retry-after": "Sun, 22 Nov 2026 11:00:20 GMT" };
      const { client } = await answering(clock, { status: 429, headers });
      await failureOf(client.get(path, {}, { deadline: clock.monotonic() }));
      assert.equal(client.budget.pausedUntil, clock.now() + 20_000);
    });

    for (const hours of [-1, 1]) {
      it(`waits as long as it was asked to when our clock is set ${hours} h meanwhile`, async () => {
        const headers = {
          "inin-ratelimit-allowed": "300",
          "inin-ratelimit-count": "270",
          "inin-ratelimit-reset": "40",
        };
        const { client, seen } = await answering(clock, limited("20"), { headers, body: {} }, { body: {} });
        const first = client.get(path);
        await until(() => client.budget.pausedUntil !== undefined);
        clock.step(hours * 3_600_000);
        assert.equal(client.budget.pausedUntil, clock.now() + 20_000);
        await clock.advance(20_000);
        await first;
        const second = client.get(path);
        await until(() => clock.pending === 1);
        clock.step(-hours * 3_600_000);
        await clock.advance(39_999);
        assert.equal(seen.length, 2);
        await clock.advance(1);
        await second;
      });
    }

    it("counts its own calls over a minute that nobody's setting of the clock makes longer", async () => {
      const { client, seen } = await answering(clock, { body: {} });
      await Promise.all(Array.from({ length: 270 }, () => client.get(path)));
      clock.step(-3_600_000);
      const held = client.get(path);
      await until(() => clock.pending === 1);
      await clock.advance(60_000);
      await held;
      assert.equal(seen.length, 271);
    });
  });

  describe("clock of the API", () => {
    for (const [aheadMs, words] of [
      [-60_000, /59 s ahead of/],
      [60_000, /60 s behind/],
      [4_000, undefined],
    ] as const) {
      it(`is compared with ours: ${aheadMs} ms`, async () => {
        const { client } = await simulated({ clockSkewMs: aheadMs });
        await client.get("/api/v2/nowhere").catch(() => undefined);
        if (words) assert.match(client.skew.warning!, words);
        else assert.equal(client.skew.warning, undefined);
      });
    }
  });
});

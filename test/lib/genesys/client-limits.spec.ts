import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { GenesysError } from "../../../lib/genesys/errors";
import { FakeClock } from "../../support/fake-clock";
import { answering, clientOf, closeAll, failureOf, type Reply, scripted, until } from "./support";

const path = "/api/v2/organizations/me";

describe("Genesys Cloud client: retries and limits", () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock()));
  afterEach(closeAll);

  describe("retries", () => {
    const broken: [string, Reply][] = [
      ["a 503", { status: 503, body: { message: "down" } }],
      ["HTML with status 500", { status: 500, body: "<html>" }],
      ["a reset connection", (response) => response.destroy()],
      [
        "a connection that ends early",
        (response) => {
          response.writeHead(200, { "content-length": "99" });
          response.write("{", () => response.destroy());
        },
      ],
      ["JSON that was cut short", { body: '{"results":[{"gro' }],
    ];
    for (const [what, reply] of broken) {
      it(`repeats after ${what}, with growing waits`, async () => {
        const { client, seen } = await answering(clock, reply, reply, { body: { id: 1 } });
        const call = client.get(path);
        await until(() => seen.length === 1 && clock.nextInMs === 550);
        await clock.advance(550);
        await until(() => seen.length === 2 && clock.nextInMs === 1_050);
        await clock.advance(1_050);
        assert.deepEqual(await call, { id: 1 });
        assert.equal(clock.pending, 0);
      });
    }

    it("times out on the injected clock and repeats", async () => {
      const { client, seen } = await answering(clock, () => undefined, { body: { id: 1 } });
      const call = client.get(path);
      await until(() => seen.length === 1);
      await clock.advance(10_000);
      await until(() => clock.nextInMs === 550);
      await clock.advance(550);
      assert.deepEqual(await call, { id: 1 });
    });

    it("does not repeat a refusal, nor a 501", async () => {
      const { client, seen } = await answering(clock, { status: 400 }, { status: 501 });
      await failureOf(client.get(path));
      await failureOf(client.get(path));
      assert.equal(seen.length, 2);
    });

    it("gives up in time for the next tick", async () => {
      const { client, seen } = await answering(clock, { status: 503 });
      const error = await failureOf(client.get(path, {}, { deadline: clock.monotonic() + 500 }));
      assert.equal(error.kind, "server");
      assert.equal(seen.length, 1);
      assert.equal(clock.pending, 0);
    });

    it("ends at once when its caller or the client stops", async () => {
      const { client, seen } = await answering(clock, () => undefined);
      const stop = new AbortController();
      const call = failureOf(
        client.get(path, {}, { signal: stop.signal }).catch((error) => Promise.reject(error as Error)),
      );
      await until(() => seen.length === 1);
      stop.abort(new GenesysError("aborted", "stopping"));
      assert.equal((await call).kind, "aborted");
      await client.close();
      assert.equal((await failureOf(client.get(path))).kind, "aborted");
      assert.equal(clock.pending, 0);
    });
  });

  describe("rate limit", () => {
    const limited = (retryAfter?: string): Reply => ({
      status: 429,
      headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
      body: { code: "too.many.requests.retry.after", message: "Rate limit exceeded the maximum." },
    });

    for (const [header, ms] of [
      ["42", 42_000],
      ["Sun, 22 Nov 2026 10:00:20 GMT", 20_000],
      [undefined, 2_750],
    ] as const) {
      it(`holds every call for Retry-After ${header}`, async () => {
        const { client, seen } = await answering(clock, limited(header), { body: { id: 1 } });
        const call = client.get(path);
        await until(() => client.budget.pausedUntil !== undefined);
        assert.equal(client.budget.pausedUntil! - clock.now(), ms);
        const other = client.get(path);
        await clock.advance(ms - 1);
        assert.equal(seen.length, 1);
        await clock.advance(1);
        assert.deepEqual(await Promise.all([call, other]), [{ id: 1 }, { id: 1 }]);
        assert.equal(client.budget.pausedUntil, undefined);
      });
    }

    it("does not wait beyond the deadline, nor asks again before the time", async () => {
      const { client, seen } = await answering(clock, limited("60"));
      const deadline = clock.monotonic() + 27_000;
      assert.equal((await failureOf(client.get(path, {}, { deadline }))).kind, "rateLimit");
      const error = await failureOf(client.get(path, {}, { deadline }));
      assert.match(error.message, /no request is sent before 10:01:00 UTC/);
      assert.equal(seen.length, 1);
    });

    it("without a time, waits grow from poll to poll and node to node, until another answer", async () => {
      const { client, seen, url } = await answering(clock, limited());
      const sameClient = clientOf(url, clock);
      const pauses: number[] = [];
      for (let poll = 0; poll < 6; poll++) {
        const deadline = clock.monotonic();
        const calls = [client, sameClient].map((one) => failureOf(one.get(path, {}, { deadline })));
        for (const { kind } of await Promise.all(calls)) assert.equal(kind, "rateLimit");
        pauses.push(client.budget.pausedUntil! - clock.now());
        await clock.advance(pauses.at(-1)!);
      }
      assert.deepEqual(pauses, [2_750, 5_250, 10_250, 20_250, 40_250, 80_250]);
      assert.ok(seen.length <= 12);
    });

    it("begins to count anew after an answer that is no 429", async () => {
      const { client } = await answering(clock, limited(), limited(), { status: 400 }, limited());
      for (const pause of [2_750, 5_250, undefined, 2_750]) {
        await failureOf(client.get(path, {}, { deadline: clock.monotonic() }));
        assert.equal(client.budget.pausedUntil && client.budget.pausedUntil - clock.now(), pause);
        await clock.advance(pause ?? 0);
      }
    });

    it("takes the time from the words where the header is missing", async () => {
      const message = "Rate limit exceeded the maximum. Retry the request in [42] seconds";
      const { client } = await answering(clock, { status: 429, body: { message } });
      await failureOf(client.get(path, {}, { deadline: clock.monotonic() }));
      assert.equal(client.budget.pausedUntil, clock.now() + 42_000);
    });

    it("pauses only what the limit is about: one resource, whatever its ids", async () => {
      const members = (id: string) => `/api/v2/routing/queues/${id}/members`;
      const [one, other] = ["1d1af111-b11c-11f1-b111-1cf1c11111fc", "2d1af111-b11c-11f1-b111-1cf1c11111fc"];
      const limit = { namespace: "routing", key: "queue.members.rate", value: 30 };
      const { url, seen } = await scripted(({ url: asked }) =>
        asked.includes("members")
          ? { status: 429, headers: { "retry-after": "60" }, body: { limit, message: "Rate limit" } }
          : {},
      );
      const client = clientOf(url, clock);
      const deadline = clock.monotonic() + 27_000;
      const error = await failureOf(client.get(members(one), {}, { deadline }));
      assert.match(error.message, /routing: queue.members.rate \(30\)/);
      assert.equal(client.budget.pausedUntil, undefined);
      await client.get(path, {}, { deadline });
      await failureOf(client.get(members(other), {}, { deadline }));
      const asked = seen.filter(({ url: path }) => path.includes("members"));
      assert.equal(asked.length, 1);
    });

    it("does not hold up other calls while some wait for their resource", async () => {
      const limit = { namespace: "analytics", key: "observation.rate", value: 30 };
      const { url } = await scripted(({ url: asked }) =>
        asked.includes("live") ? { status: 429, headers: { "retry-after": "60" }, body: { limit } } : {},
      );
      const client = clientOf(url, clock);
      const waiting = Array.from({ length: 8 }, () => client.get("/api/v2/live").catch(() => undefined));
      await until(() => client.budget.pausedForMs("/api/v2/live") !== undefined);
      assert.deepEqual(await client.get(path), {});
      await client.close();
      await Promise.all(waiting);
    });

    it("tries again after a quarter of an hour, whatever a 429 asks for", async () => {
      const { client, seen } = await answering(clock, limited("60000"), { body: { id: 1 } });
      await failureOf(client.get(path, {}, { deadline: clock.monotonic() + 27_000 }));
      await clock.advance(15 * 60_000);
      assert.deepEqual(await client.get(path), { id: 1 });
      assert.equal(seen.length, 2);
    });

    it("does not wait for the rate beyond the deadline", async () => {
      const headers = {
        "inin-ratelimit-allowed": "300",
        "inin-ratelimit-count": "270",
        "inin-ratelimit-reset": "54",
      };
      const { client, seen } = await answering(clock, { headers });
      await client.get(path);
      const error = await failureOf(client.get(path, {}, { deadline: clock.monotonic() + 27_000 }));
      assert.deepEqual([error.kind, seen.length], ["rateLimit", 1]);
      assert.match(error.message, /used its 300 requests per minute.*before 10:00:54 UTC/);
    });

    it("older buckets take half of the rate that live polls leave free, and let them go first", async () => {
      const { client, seen } = await answering(clock, { body: {} });
      await Promise.all(Array.from({ length: 70 }, () => client.get(path)));
      const older = Array.from({ length: 150 }, () => client.get("/older", {}, { background: true }));
      await until(() => seen.length === 170 && clock.pending > 0);
      await Promise.all(Array.from({ length: 20 }, () => client.get(path)));
      assert.equal(seen.filter(({ url }) => url === "/older").length, 100);
      await clock.advance(60_000);
      await Promise.all(older);
    });

    it("keeps below the allowance that the headers tell", async () => {
      const headers = {
        "inin-ratelimit-allowed": "300",
        "inin-ratelimit-count": "269",
        "inin-ratelimit-reset": "40",
      };
      const { client, seen } = await answering(clock, { headers });
      await client.get(path);
      assert.equal(Math.round(client.budget.used * 100), 90);
      await client.get(path);
      const held = client.get(path);
      await until(() => clock.pending === 1);
      assert.equal(seen.length, 2);
      assert.equal(clock.nextInMs, 40_000);
      await clock.advance(40_000);
      await held;
    });

    it("keeps below the default allowance without headers, with four calls at a time", async () => {
      const open: ServerResponse[] = [];
      const { client, seen } = await answering(clock, (response) => void open.push(response));
      const calls = Promise.all(Array.from({ length: 300 }, () => client.get(path)));
      const answerAll = async (total: number, size: number) => {
        await until(() => seen.length === total && open.length === size);
        for (const response of open.splice(0)) response.end("{}");
      };
      for (let total = 4; total <= 268; total += 4) await answerAll(total, 4);
      await answerAll(270, 2);
      await clock.advance(59_999);
      assert.equal(seen.length, 270);
      await clock.advance(1);
      for (let total = 274; total <= 298; total += 4) await answerAll(total, 4);
      await answerAll(300, 2);
      await calls;
    });
  });
});

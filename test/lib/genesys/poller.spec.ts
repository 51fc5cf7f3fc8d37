import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { queuePoller, type QueuePollSettings } from "../../../lib/genesys/poll/queue-poller";
import { Directory } from "../../../lib/genesys/names/directory";
import type { Client } from "../../../lib/genesys/http/client";
import { closeAll, keptNotices, scripted, clientOf, simulated } from "./support";
import { FakeClock } from "../../support/fake-clock";

const details: QueuePollSettings = {
  query: "details",
  queues: [],
  mediaTypes: [],
  metrics: [],
  groupBy: [],
  granularity: "",
  lookback: 2,
  maxBackfill: 24,
};
const DETAILS = "/api/v2/analytics/queues/details/query";

describe("poller: the tutorial's query", () => {
  let directory: string;
  const file = () => join(directory, "deep", "checkpoint.json");
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "checkpoint-"))));
  afterEach(async () => {
    await closeAll();
    rmSync(directory, { recursive: true });
  });

  const pollerOf = (client: Client, settings: Partial<QueuePollSettings> = {}) => {
    const kept = keptNotices();
    const poller = queuePoller(
      { ...details, ...settings },
      {
        config: { client, directory: new Directory(client) },
        notices: kept.notices,
        directory: join(directory, "deep"),
      },
    );
    return { poller, ...kept };
  };
  const poll = async (poller: Poller) => {
    const answers: PollAnswer[] = [];
    await poller.poll({}, (answer) => answers.push(answer));
    await poller.work({}, (answer) => answers.push(answer));
    return answers;
  };
  const minutes = (answers: PollAnswer[]) =>
    answers.map(({ interval }) => new Date(interval!.start).toISOString().slice(11, 16));

  it("asks for the last whole minute with the tutorial's body", async () => {
    const { client, simulator } = await simulated({ clock: new FakeClock("2026-11-22T10:07:42.500Z") });
    const [answer, ...more] = await poll(pollerOf(client).poller);
    assert.equal(more.length, 0);
    assert.deepEqual(simulator.requests.at(-1)!.body, {
      select: ["count(waitTime)", "sum(answered)", "sum(abandoned)", "sum(offered)"],
      where: [],
      groupBy: ["queueId"],
      interval: "PT1M",
      since: "2026-11-22T10:06:00Z",
      until: "2026-11-22T10:07:00Z",
    });
    assert.equal(answer!.kind, "queue-details");
    assert.equal(answer!.complete, true);
    assert.ok(answer!.rows.length > 0);
    assert.equal(answer!.rows[0]!["intervalEnd"], "2026-11-22T10:07:00.000Z");
  });

  it("keeps the rows of the wanted queues only", async () => {
    const { url } = await scripted(() => ({
      body: {
        access_token: "t",
        results: [{ queueId: "q-1" }, { queueId: "q-2" }, { queueId: "x", queueName: "Sales" }],
      },
    }));
    const { poller } = pollerOf(clientOf(url, new FakeClock()), { queues: ["Q-1", "sal*"] });
    assert.deepEqual(
      (await poll(poller))[0]!.rows.map(({ queueId }) => queueId),
      ["q-1", "x"],
    );
  });

  it("fetches missed minutes after an outage of the API and of our process, oldest first, after the live one", async () => {
    const { client, simulator, clock } = await simulated();
    const first = pollerOf(client).poller;
    await poll(first);
    await clock.advance(60_000);
    simulator.faults.add({ kind: "403", match: /analytics/ });
    await assert.rejects(poll(first), /permission/);
    await first.close();
    simulator.faults.clear();
    await clock.advance(120_000);
    const second = pollerOf(client).poller;
    assert.deepEqual(minutes(await poll(second)), ["10:02", "10:00", "10:01"]);
    assert.deepEqual(minutes(await poll(second)), ["10:02"]);
  });

  it("asks again for what a crash may have lost: the file is one poll behind", async () => {
    const { client, clock } = await simulated();
    const crashed = pollerOf(client).poller;
    await poll(crashed);
    await clock.advance(60_000);
    await poll(crashed);
    await clock.advance(60_000);
    assert.deepEqual(minutes(await poll(pollerOf(client).poller)), ["10:01", "10:00"]);
  });

  it("goes on where it stopped after an edit, and starts anew when the file is damaged, which it says", async () => {
    const { client, clock } = await simulated();
    const first = pollerOf(client).poller;
    await poll(first);
    await first.close();
    assert.deepEqual(readdirSync(join(directory, "deep")), ["checkpoint.json"]);
    assert.match(readFileSync(file(), "utf8"), /"until":"2026-11-22T10:00:00.000Z"/);
    await clock.advance(600_000);
    assert.deepEqual(minutes(await poll(pollerOf(client, { queues: ["*"], maxBackfill: 0.05 }).poller)), [
      "10:09",
      "10:07",
      "10:08",
    ]);
    for (const damaged of ["", "{", "[]", '{"settledUntil":5,"__proto__":{"query":"x"}}']) {
      writeFileSync(file(), damaged);
      const { poller, warnings } = pollerOf(client);
      assert.equal((await poll(poller)).length, 1);
      assert.match(warnings[0]!, /checkpoint cannot be read, polling starts anew/);
    }
  });

  it("polls on when the checkpoint cannot be written, and says so once", async () => {
    writeFileSync(join(directory, "deep"), "a file where a folder should be");
    const { client } = await simulated();
    const { poller, warnings } = pollerOf(client);
    for (let i = 0; i < 3; i++) assert.equal((await poll(poller)).length, 1);
    assert.equal(warnings.filter((text) => /checkpoint cannot be written/.test(text)).length, 1);
  });

  it("reports what is too old as a gap with its bounds", async () => {
    const { client, clock } = await simulated();
    const { poller, warnings } = pollerOf(client, { maxBackfill: 0.05 });
    await poll(poller);
    await clock.advance(600_000);
    assert.deepEqual(minutes(await poll(poller)), ["10:09", "10:07", "10:08"]);
    assert.match(warnings[0]!, /gap: 2026-11-22T10:00:00.000Z\/2026-11-22T10:07:00.000Z/);
  });

  for (const [what, body, words] of [
    ["a list", [], /expected a list of results, found a list/],
    ["no results", { totalCount: 1 }, /found nothing as "results"/],
    ["results of a wrong type", { results: { queueId: "q" } }, /found an object as "results"/],
    ["null", null, /found null/],
    ["a text", '"hello"', /found a string/],
  ] as const) {
    it(`names what it found when the answer is ${what}, and polls on`, async () => {
      let broken = true;
      const { url } = await scripted(({ url: path }) =>
        path === DETAILS ? { body: broken ? body : { results: [] } } : {},
      );
      const { poller } = pollerOf(clientOf(url, new FakeClock()));
      await assert.rejects(poll(poller), words);
      broken = false;
      assert.equal((await poll(poller)).length, 1);
    });
  }

  it("leaves rows of a wrong shape out, says so, and takes the answer as incomplete", async () => {
    const results = '[{"queueId":"q-1","offered":1},7,null,[],{"queueId":5},{"__proto__":{"queueId":"p"}}]';
    const { url } = await scripted(({ url: path }) =>
      path === DETAILS ? { body: `{"results":${results}}` } : {},
    );
    const { poller, warnings } = pollerOf(clientOf(url, new FakeClock()));
    const [answer] = await poll(poller);
    assert.deepEqual(answer!.rows, [{ queueId: "q-1", offered: 1 }]);
    assert.equal(answer!.complete, false);
    assert.match(warnings[0]!, /not of the promised shape/);
  });
});

import assert from "node:assert/strict";
import { readAnswer } from "../../../lib/line-protocol/answer";
import { Converter } from "../../../lib/line-protocol/converter";
import { checkSettings } from "../../../lib/line-protocol/settings";
import type { PollAnswer, Poller } from "../../../lib/genesys/poll/poller";
import { ROUTING_STATUSES, SYSTEM_PRESENCES } from "../../../lib/terms/presences";
import { FakeClock } from "../../support/fake-clock";
import { ask, clientOf, closeAll, pollersOf, pollSetup, type Reply, scripted } from "./support";

const MINUTE = 60_000;
const QUEUE = "1d1af111-b11c-11f1-b111-1cf1c11111fc";
const OTHER = "2d1af111-b11c-11f1-b111-1cf1c11111fc";
const ADA = "be11a111-1ff1-1a11-111f-11cb1a11da1e";
const BEN = "ce11a111-1ff1-1a11-111f-11cb1a11da1e";
const COFFEE = "6c0f7a30-0000-4000-8000-000000000003";

/** What is stored of an answer: tags to fields, names left out. */
async function stored(answer: PollAnswer, into = new Map<string, Record<string, string>>()) {
  const { kind, mappings, presences, polledAt, complete } = answer;
  const info = { kind, mappings, presences, polledAt: new Date(polledAt).toISOString(), complete };
  const converter = new Converter(checkSettings({ queueName: "off" }));
  const { lines, skipped } = await converter.convert(answer.rows, readAnswer(info, 0, ""));
  assert.deepEqual(skipped, []);
  for (const line of lines) {
    const [head = "", fields = ""] = line.split(" ");
    into.set(head, {
      ...into.get(head),
      ...Object.fromEntries(fields.split(",").map((field) => field.split("=") as [string, string])),
    });
  }
  return into;
}

/** A service that answers queries with what the test says, and lists with these. */
async function service(clock: FakeClock, lists: Record<string, unknown[]> = {}) {
  let results: unknown[] = [];
  let headers: Record<string, string> = {};
  const { url } = await scripted(({ url: path }): Reply => {
    if (path === "/oauth/token") return {};
    if (path.includes("/query")) {
      const isNext = /pageNumber=(?!1\b)/.test(path);
      return { body: { systemToOrganizationMappings: MAPPINGS, results: isNext ? [] : results }, headers };
    }
    const list = Object.entries(lists).find(([part]) => path.includes(part));
    return { body: { entities: list?.[1] ?? [], pageCount: 1, total: list?.[1].length ?? 0 }, headers };
  });
  return {
    ...pollersOf(clientOf(url, clock)),
    answer: (...rows: unknown[]) => (results = rows),
    headers: (more: Record<string, string>) => (headers = more),
  };
}

const MAPPINGS = { ON_QUEUE: ["p-on"], AVAILABLE: ["p-av"], BREAK: [COFFEE] };
const count = (metric: string, value: number, qualifier?: string) => ({
  metric,
  ...(qualifier && { qualifier }),
  stats: { count: value },
});

describe("live points are the whole picture", () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock(Date.parse("2026-11-22T10:00:00Z"))));
  afterEach(closeAll);

  const waiting = (queueId: string, mediaType = "voice") => ({
    group: { queueId, mediaType },
    data: [
      count("oWaiting", 3),
      { metric: "oLongestWaiting", stats: { count: 1, calculatedMetricValue: clock.now() - 312_000 } },
    ],
  });
  const staffed = (queueId: string) => ({
    group: { queueId },
    data: [
      count("oOnQueueUsers", 4, "IDLE"),
      count("oUserPresences", 4, "p-on"),
      count("oUserPresences", 1, "p-x"),
    ],
  });

  it("after the last one was served and everybody has gone home: no value of the day stays", async () => {
    const { queues, answer } = await service(clock);
    const poller = queues({ query: "observations", queues: [QUEUE] });
    answer(waiting(QUEUE), staffed(QUEUE));
    const points = await stored(await ask(poller));
    const head = `genesys_queue_live,mediaType=voice,queueId=${QUEUE}`;
    assert.equal(points.get(head)?.["longestWaitSeconds"], "312");
    assert.equal(points.get(`genesys_queue_live,queueId=${QUEUE}`)?.["oUserPresences_UNMAPPED"], "1i");

    await clock.advance(MINUTE);
    answer({ group: { queueId: QUEUE }, data: [] }, { group: { queueId: QUEUE, mediaType: "voice" } });
    await stored(await ask(poller), points);
    for (const [series, fields] of points)
      for (const [name, value] of Object.entries(fields)) assert.match(value, /^0i?$/, `${series} ${name}`);
    const agents = points.get(`genesys_queue_live,queueId=${QUEUE}`) ?? {};
    for (const status of ROUTING_STATUSES) assert.ok(`oOnQueueUsers_${status}` in agents, status);
    for (const presence of SYSTEM_PRESENCES) assert.ok(`oOffQueueUsers_${presence}` in agents, presence);
    assert.deepEqual(
      ["oWaiting", "oInteracting", "oAlerting", "longestInteractionSeconds", "oMemberUsers"].map(
        (name) => name in { ...points.get(head), ...agents },
      ),
      [true, true, true, true, true],
    );
  });

  it("asks nothing of what was not asked: other metrics get no zeros", async () => {
    const { queues, answer } = await service(clock);
    answer(waiting(QUEUE));
    const points = await stored(
      await ask(queues({ query: "observations", queues: [QUEUE], metrics: ["oWaiting"] })),
    );
    assert.deepEqual(Object.keys([...points.values()][0] ?? {}), ["oWaiting", "longestWaitSeconds"]);
  });

  it("a group that vanishes gets its zeros while its queue is answered; a queue that vanishes ends, by name", async () => {
    const { queues, answer, warnings } = await service(clock, {
      "/routing/queues": [
        { id: QUEUE, name: "Billing" },
        { id: OTHER, name: "Sales" },
      ],
    });
    const poller = queues({ query: "observations" });
    answer(waiting(QUEUE, "chat"), staffed(QUEUE), waiting(OTHER), staffed(OTHER));
    const points = await stored(await ask(poller));
    await clock.advance(MINUTE);
    answer(staffed(QUEUE));
    const next = await stored(await ask(poller));
    assert.equal(next.get(`genesys_queue_live,mediaType=chat,queueId=${QUEUE}`)?.["oWaiting"], "0i");
    assert.deepEqual(
      [...next.keys()].filter((series) => series.includes(OTHER)),
      [],
    );
    assert.ok(warnings.includes("no longer answered, their live points end: Sales"), warnings.join());
    assert.equal(points.size, 4);
    await clock.advance(MINUTE);
    await ask(poller);
    assert.equal(warnings.filter((warning) => warning.startsWith("no longer")).length, 1);
  });

  it("an incomplete answer says nothing of groups that it lacks", async () => {
    const { queues, answer } = await service(clock);
    const poller = queues({ query: "observations", queues: [QUEUE] });
    answer(waiting(QUEUE), staffed(QUEUE));
    await ask(poller);
    answer(staffed(QUEUE), 7);
    assert.equal((await stored(await ask(poller))).size, 1);
  });

  const agent = (userId: string, more: object = {}) => ({
    group: { userId },
    data: [{ metric: "oActiveQueues", count: 2 }],
    entities: [
      {
        userId,
        routingStatus: "IDLE",
        routingStatusDate: new Date(clock.now() - MINUTE).toISOString(),
        systemPresence: "BREAK",
        organizationPresenceId: COFFEE,
        presenceDate: new Date(clock.now() - 2 * MINUTE).toISOString(),
        ...more,
      },
    ],
  });
  const people = (...ids: string[]) =>
    ids.map((id) => ({ id, name: `Agent ${id.slice(0, 2)}`, state: "active" }));
  const definitions = [{ id: COFFEE, languageLabels: { en_US: "Coffee" }, systemPresence: "Break" }];

  it("agents have their presence by the organisation's own name, and their active queues", async () => {
    const { agents, answer } = await service(clock, {
      "/users": people(ADA),
      "/presence/definitions": definitions,
    });
    answer(agent(ADA));
    const points = await stored(await ask(agents()));
    assert.deepEqual(points.get(`genesys_agent_live,userId=${ADA}`), {
      routingStatus: '"IDLE"',
      systemPresence: '"BREAK"',
      presence: '"Coffee"',
      routingStatusSeconds: "60",
      presenceSeconds: "120",
      activeQueues: "2i",
    });
  });

  const GONE = {
    routingStatus: '"OFF_QUEUE"',
    systemPresence: '"OFFLINE"',
    presence: '"Offline"',
    routingStatusSeconds: "0",
    presenceSeconds: "0",
    activeQueues: "0i",
  };

  it("an agent who is no longer answered gets one last point", async () => {
    const { agents, answer } = await service(clock, { "/users": people(ADA, BEN) });
    const poller = agents();
    answer(agent(ADA), agent(BEN));
    await ask(poller);
    await clock.advance(MINUTE);
    answer(agent(ADA));
    assert.deepEqual((await stored(await ask(poller))).get(`genesys_agent_live,userId=${BEN}`), GONE);
    await clock.advance(MINUTE);
    assert.equal((await stored(await ask(poller))).size, 1, "one only");
    answer(agent(ADA), agent(BEN));
    assert.equal((await stored(await ask(poller))).size, 2, "and is back with the next answer");
  });

  it("an agent who has become inactive gets one last point, however long the service goes on answering", async () => {
    const active = people(ADA, BEN);
    const { agents, answer } = await service(clock, { "/users": active });
    const poller = agents();
    answer(agent(ADA), agent(BEN));
    await ask(poller);
    active.splice(1, 1);
    let last: unknown;
    for (let minutes = 0; minutes < 30; minutes += 5) {
      await clock.advance(5 * MINUTE);
      answer(agent(ADA), agent(BEN));
      last = (await stored(await ask(poller))).get(`genesys_agent_live,userId=${BEN}`) ?? last;
    }
    assert.deepEqual(last, GONE);
    assert.equal((await stored(await ask(poller))).size, 1);
  });

  it("an agent who only left the queues of the poll gets none", async () => {
    const members = [{ id: ADA }, { id: BEN }];
    const { agents, answer } = await service(clock, {
      [`/routing/queues/${QUEUE}/members`]: members,
      "/users": people(ADA, BEN),
    });
    const poller: Poller = agents({ queues: [QUEUE] });
    answer(agent(ADA), agent(BEN));
    await ask(poller);
    members.pop();
    await clock.advance(MINUTE);
    answer(agent(ADA));
    assert.equal((await stored(await ask(poller))).size, 1);
  });

  it("more than half of all agents missing is no leaving: it is named, and their last points stay", async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `${ADA.slice(0, -2)}${String(n).padStart(2, "0")}`);
    const { agents, answer, warnings } = await service(clock, { "/users": people(...ids) });
    const poller = agents();
    answer(...ids.map((id) => agent(id)));
    await ask(poller);
    answer(...ids.slice(0, 5).map((id) => agent(id)));
    assert.equal((await stored(await ask(poller))).size, 5);
    assert.match(warnings.join(), /^7 agents are no longer answered/);
  });

  it("ages and times are by the clock of the API, taken when the answer came, and a skew is told", async () => {
    const { queues, answer, headers, warnings } = await service(clock);
    const service120 = clock.now() + 120_000;
    headers({ date: new Date(service120).toUTCString() });
    const poller = queues({ query: "observations", queues: [QUEUE] });
    answer({
      group: { queueId: QUEUE, mediaType: "voice" },
      data: [{ metric: "oLongestWaiting", stats: { count: 1, calculatedMetricValue: service120 - 60_000 } }],
    });
    const first = await ask(poller);
    assert.equal(first.polledAt, service120);
    const [point] = (await stored(first)).values();
    assert.equal(point?.["longestWaitSeconds"], "60");
    assert.match(warnings.join(), /120 s behind Genesys Cloud's/);
  });

  it("the date of an answer out of a cache counts for nothing", async () => {
    const { queues, answer, headers } = await service(clock);
    headers({ date: new Date(clock.now() - 600_000).toUTCString(), age: "600" });
    answer();
    const { polledAt } = await ask(queues({ query: "observations", queues: [QUEUE] }));
    assert.equal(polledAt, clock.now());
  });

  it("of the simulated organisation: what was seen at noon is seen at night, and all live counts are those of the night", async () => {
    const noon = Date.parse("2026-11-24T12:00:00Z");
    const setup = await pollSetup({ clock: new FakeClock(noon), queues: 4, agents: 20 });
    const poller = setup.queues({ query: "observations" });
    const points = await stored(await ask(poller));
    const day = new Map([...points].map(([series, fields]) => [series, Object.keys(fields)]));
    await setup.clock.advance(15 * 60 * MINUTE);
    const night = await stored(await ask(poller));
    for (const [series, fields] of day)
      assert.deepEqual(
        fields.filter((name) => !(name in (night.get(series) ?? {}))),
        [],
        series,
      );
  });
});

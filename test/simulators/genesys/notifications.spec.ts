import assert from "node:assert/strict";
import { once } from "node:events";
import { WebSocket } from "ws";
import { type GenesysSimulator, startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";
import { call as request, tokenOf } from "../../support/genesys-calls";

interface Entity {
  readonly id: string;
  readonly state: string;
  readonly missingPermissions?: string[];
}
interface Frame {
  readonly topicName: string;
  readonly eventBody: Record<string, unknown>;
}

describe("Genesys simulator: notifications", () => {
  let clock: FakeClock;
  let simulator: GenesysSimulator;
  let token: string;
  const sockets: WebSocket[] = [];

  beforeEach(async () => {
    clock = new FakeClock();
    simulator = await startGenesysSimulator({ clock, tokenLifetimeS: 200_000 });
    token = await tokenOf(simulator);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await simulator.close();
  });

  async function call(method: string, path: string, json?: unknown) {
    const headers = { authorization: `Bearer ${token}` };
    const { status, body } = await request(`${simulator.url}/api/v2/notifications${path}`, {
      method,
      headers,
      ...(json !== undefined && { json }),
    });
    return { status, body: (body ?? {}) as Record<string, unknown> };
  }

  async function makeChannel(): Promise<{ id: string; connectUri: string }> {
    return (await call("POST", "/channels")).body as { id: string; connectUri: string };
  }

  async function connect(connectUri: string): Promise<{ socket: WebSocket; frames: Frame[] }> {
    const socket = new WebSocket(connectUri);
    sockets.push(socket);
    const frames: Frame[] = [];
    socket.on("message", (data) => frames.push(JSON.parse((data as Buffer).toString()) as Frame));
    await once(socket, "open");
    return { socket, frames };
  }

  const topics = (...names: string[]) => names.map((id) => ({ id }));
  const queueTopic = (suffixes: string) =>
    `v2.analytics.queues.${simulator.organisation.queue(0).id}${suffixes}`;

  it("lets a channel have 1,000 topics, and a client 20 channels", async () => {
    const { id } = await makeChannel();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `v2.users.none-${index}.activity` }));
    const path = `/channels/${id}/subscriptions?ignoreErrors=true`;
    assert.equal((await call("PUT", path, many(1_001))).status, 400);
    assert.equal((await call("PUT", path, many(1_000))).status, 200);
    for (let i = 0; i < 20; i++) await makeChannel();
    assert.equal((await call("HEAD", `/channels/${id}`)).status, 404);
    const { entities } = (await call("GET", "/channels?includechannels=oauthclient")).body;
    assert.equal((entities as unknown[]).length, 20);
  });

  it("rejects topics one by one with ignoreErrors, names the permission, and is silent about unknown names", async () => {
    simulator.missing.add("analytics:conversationAggregate:view");
    const { id } = await makeChannel();
    const asked = topics(queueTopic("?observations&activity"), queueTopic(".aggregates"));
    const strict = await call("PUT", `/channels/${id}/subscriptions`, asked);
    assert.equal(strict.status, 403);
    const { body } = await call("PUT", `/channels/${id}/subscriptions?ignoreErrors=true`, asked);
    const entities = body["entities"] as Entity[];
    assert.deepEqual(
      entities.map(({ id: name, state, missingPermissions }) => [name, state, missingPermissions]),
      [
        [queueTopic("?observations&activity"), "Permitted", undefined],
        [queueTopic(".observations"), "Rejected", ["analytics:conversationAggregate:view"]],
      ],
    );
  });

  it("sends heartbeats, answers pings, and lets a channel have one socket", async () => {
    const { connectUri } = await makeChannel();
    const first = await connect(connectUri);
    await clock.advance(30_000);
    first.socket.send(JSON.stringify({ message: "ping" }));
    while (first.frames.length < 2) await once(first.socket, "message");
    assert.deepEqual(first.frames.map(({ eventBody }) => eventBody["message"]).sort(), [
      "WebSocket Heartbeat",
      "pong",
    ]);
    const closed = once(first.socket, "close");
    await connect(connectUri);
    await closed;
  });

  it("tells what changed, in part, and the same as the query answers", async () => {
    const { id, connectUri } = await makeChannel();
    await call("PUT", `/channels/${id}/subscriptions`, topics(queueTopic("?observations&activity")));
    const { socket, frames } = await connect(connectUri);
    const queue = simulator.organisation.queue(0);
    const now = clock.now();
    const call0 = { queue, media: "voice" as const, patienceMs: 600_000, alertMs: 2_000, serial: 9_999_999 };
    simulator.history.addConversation({
      ...call0,
      offeredAt: now + 500,
      waitEndsAt: now + 300_000,
      talkMs: 60_000,
      heldMs: 0,
      acwMs: 0,
      outcome: "abandoned",
      missed: [],
    });
    await clock.advance(1_000);
    const voice = () =>
      frames.filter(({ eventBody }) => /"mediaType":"voice"/.test(JSON.stringify(eventBody)));
    while (voice().length < 2) await once(socket, "message");
    const [observed] = voice().filter(({ topicName }) => topicName === queueTopic(".observations"));
    assert.match(JSON.stringify(observed), /"metric":"oWaiting","stats":\{"count":\d+\}/);
    assert.doesNotMatch(JSON.stringify(observed), /oInteracting/);
    const [activity] = voice().filter(({ topicName }) => topicName === queueTopic(".activity"));
    assert.match(
      JSON.stringify(activity),
      /"metric":"oLongestWaiting","count":1,"calculatedMetricValue":\d+/,
    );
  });

  it("ends a channel with the token that made it", async () => {
    const { id, connectUri } = await makeChannel();
    const { socket } = await connect(connectUri);
    const closed = once(socket, "close");
    simulator.tokens.revoke();
    simulator.notifications.look();
    await closed;
    token = await tokenOf(simulator);
    assert.equal((await call("GET", `/channels/${id}/subscriptions`)).status, 404);
    const again = new WebSocket(connectUri);
    const [, answer] = (await once(again, "unexpected-response")) as [unknown, { statusCode: number }];
    assert.equal(answer.statusCode, 404);
    again.on("error", () => {});
    again.terminate();
  });

  it("announces maintenance a minute before it ends the socket", async () => {
    const { connectUri } = await makeChannel();
    const { socket, frames } = await connect(connectUri);
    simulator.notifications.maintain();
    while (frames.length === 0) await once(socket, "message");
    assert.equal(frames[0]!.topicName, "v2.system.socket_closing");
    const closed = once(socket, "close");
    await clock.advance(60_000);
    await closed;
  });
});

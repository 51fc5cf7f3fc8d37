import assert from "node:assert/strict";
import platformClient from "purecloud-platform-client-v2";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";

describe("Genesys simulator and the official SDK", () => {
  let simulator: GenesysSimulator;
  const client = platformClient.ApiClient.instance;
  const analytics = new platformClient.AnalyticsApi();
  const routing = new platformClient.RoutingApi();

  before(async () => {
    simulator = await startGenesysSimulator({ clock: new FakeClock() });
    // The SDK speaks https to regions; a gateway may be any host.
    client.setGateway({
      host: "127.0.0.1",
      protocol: "http",
      port: simulator.port,
      path_params_login: "",
      path_params_api: "",
    });
    await client.loginClientCredentialsGrant(simulator.clientId, simulator.clientSecret);
  });
  after(() => simulator.close());

  const queueId = () => simulator.organisation.queue(0).id;
  const userId = () => simulator.organisation.agent(0).id;
  const only = (dimension: string, value: string) => ({ type: "or", predicates: [{ dimension, value }] });
  const interval = "2026-11-22T08:00:00.000Z/2026-11-22T10:00:00.000Z";

  const calls: [string, () => Promise<unknown>][] = [
    [
      "conversation aggregates",
      () =>
        analytics.postAnalyticsConversationsAggregatesQuery({
          interval,
          granularity: "PT30M",
          groupBy: ["queueId", "mediaType"],
          metrics: ["nOffered", "tAnswered"],
          filter: only("queueId", queueId()),
          views: [
            {
              target: "tAnswered",
              name: "tAnsweredQuickly",
              function: "rangeBound",
              range: { gte: 0, lt: 5000 },
            },
          ],
        }),
    ],
    [
      "queue observations",
      () =>
        analytics.postAnalyticsQueuesObservationsQuery({
          filter: only("queueId", queueId()),
          metrics: ["oWaiting"],
        }),
    ],
    [
      "user aggregates",
      () =>
        analytics.postAnalyticsUsersAggregatesQuery({
          interval,
          groupBy: ["userId"],
          metrics: ["tSystemPresence"],
          filter: only("userId", userId()),
        }),
    ],
    [
      "users activity",
      () =>
        analytics.postAnalyticsUsersActivityQuery(
          { metrics: [{ metric: "oActiveQueues", details: true }], groupBy: ["userId"] },
          { pageSize: 100 },
        ),
    ],
    ["queues", () => routing.getRoutingQueues({ pageSize: 100, id: [queueId()] })],
    ["queues by division", () => routing.getRoutingQueuesDivisionviews()],
    ["all queues by division", () => routing.getRoutingQueuesDivisionviewsAll()],
    ["members", () => routing.getRoutingQueueMembers(queueId())],
    ["users", () => new platformClient.UsersApi().getUsers({ expand: ["routingStatus"] })],
    ["presence definitions", () => new platformClient.PresenceApi().getPresenceDefinitions0()],
    ["organisation", () => new platformClient.OrganizationApi().getOrganizationsMe()],
  ];
  for (const [name, ask] of calls) {
    it(`asks for ${name}`, async () => {
      const answer = (await ask()) as { results?: unknown[]; entities?: unknown[]; name?: string };
      assert.ok((answer.results ?? answer.entities ?? answer.name ?? []).length > 0, JSON.stringify(answer));
    });
  }

  it("reads an error as the SDK's users know it", async () => {
    const wrong = analytics.postAnalyticsQueuesObservationsQuery({
      filter: only("mediaType", "voice"),
      metrics: ["oWaiting"],
    });
    await assert.rejects(wrong, ({ status, code }: { status?: number; code?: string }) => {
      assert.deepEqual([status, code], [400, "bad.request"]);
      return true;
    });
  });
});

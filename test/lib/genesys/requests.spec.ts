import assert from "node:assert/strict";
import type platformClient from "purecloud-platform-client-v2";
import type { Client } from "../../../lib/genesys/http/client";
import { granularityOf } from "../../../lib/genesys/interval/granularity";
import { BucketGrid } from "../../../lib/genesys/interval/grid";
import { METRIC_CATALOGUE } from "../../../lib/genesys/metrics/catalogue";
import { GROUP_BY_DIMENSIONS } from "../../../lib/terms/dimensions";
import { Directory } from "../../../lib/genesys/names/directory";
import { agentPoller } from "../../../lib/genesys/poll/agent-poller";
import type { PollerParts } from "../../../lib/genesys/poll/buckets";
import { queuePoller } from "../../../lib/genesys/poll/queue-poller";
import { aggregatesQuery } from "../../../lib/genesys/queries/aggregates";
import { conversationAggregatesQuery } from "../../../lib/genesys/queries/conversation-aggregates";
import { queueObservationsQuery } from "../../../lib/genesys/queries/queue-observations";
import { userActivityQuery } from "../../../lib/genesys/queries/user-activity";
import { userAggregatesQuery } from "../../../lib/genesys/queries/user-aggregates";
import { AGENT_QUERIES, QUEUE_QUERIES } from "../../../lib/terms/queries";
import { ClockSkew } from "../../../lib/genesys/http/skew";
import { FakeClock } from "../../support/fake-clock";
import { allowedItems, hasOpenApi, schemaErrors, unknownProperties } from "../../support/openapi";
import type { SdkModels } from "../../support/sdk-models";
import { readSdkModels, sdkErrors } from "../../support/sdk-schemas";
import { keptNotices } from "./support";

type Analytics = InstanceType<typeof platformClient.AnalyticsApi>;
const grid = new BucketGrid(granularityOf("PT30M"), "Europe/Berlin");
const interval = { start: 0, end: grid.granularity.ms };

// Checked by the compiler: our bodies are what the official SDK sends.
conversationAggregatesQuery({ grid, mediaTypes: [], groupBy: [] }, interval, [], []) satisfies Parameters<
  Analytics["postAnalyticsConversationsAggregatesQuery"]
>[0];
queueObservationsQuery([], []) satisfies Parameters<Analytics["postAnalyticsQueuesObservationsQuery"]>[0];
userAggregatesQuery(grid, interval, [], []) satisfies Parameters<
  Analytics["postAnalyticsUsersAggregatesQuery"]
>[0];
userActivityQuery({}) satisfies Parameters<Analytics["postAnalyticsUsersActivityQuery"]>[0];

type Sent<Call extends keyof Analytics> = Analytics[Call] extends (body: infer Body) => unknown
  ? Body
  : never;
const any = aggregatesQuery({ grid, groupBy: [], wanted: {}, views: [] }, interval, []);
any satisfies Sent<"postAnalyticsFlowsAggregatesQuery">;
any satisfies Sent<"postAnalyticsFlowexecutionsAggregatesQuery">;
any satisfies Sent<"postAnalyticsBotsAggregatesQuery">;
any satisfies Sent<"postAnalyticsEvaluationsAggregatesQuery">;
any satisfies Sent<"postAnalyticsSurveysAggregatesQuery">;
any satisfies Sent<"postAnalyticsActionsAggregatesQuery">;
any satisfies Sent<"postAnalyticsResolutionsAggregatesQuery">;
any satisfies Sent<"postAnalyticsAgentutilizationsAggregatesQuery">;
any satisfies Sent<"postAnalyticsJourneysAggregatesQuery">;
any satisfies Sent<"postAnalyticsKnowledgeAggregatesQuery">;
any satisfies Sent<"postAnalyticsTaskmanagementAggregatesQuery">;
any satisfies Sent<"postAnalyticsTranscriptsAggregatesQuery">;
any satisfies Sent<"postAnalyticsAgentcopilotsAggregatesQuery">;
any satisfies Sent<"postAnalyticsSummariesAggregatesQuery">;
any satisfies Sent<"postAnalyticsCopilotsAggregatesQuery">;
any satisfies Sent<"postAnalyticsCasemanagementAggregatesQuery">;
any satisfies Sent<"postAnalyticsRatelimitsAggregatesQuery">;

// And the fields that we read are those that it returns.
"results" satisfies keyof Awaited<ReturnType<Analytics["postAnalyticsConversationsAggregatesQuery"]>>;
"results" satisfies keyof Awaited<ReturnType<Analytics["postAnalyticsUsersActivityQuery"]>>;
"systemToOrganizationMappings" satisfies keyof Awaited<
  ReturnType<
    Analytics["postAnalyticsQueuesObservationsQuery"] | Analytics["postAnalyticsUsersAggregatesQuery"]
  >
>;

interface Recorded {
  readonly path: string;
  readonly body: {
    metrics?: unknown;
    filter?: { clauses: { predicates: { dimension: string; value?: string }[] }[] };
  };
}

/** Runs one poll of every query for an organisation of this size; no server, the requests are what counts. */
async function requestsFor(count: number): Promise<Recorded[]> {
  const ids = Array.from(
    { length: count },
    (_, n) => `1d1af111-b11c-11f1-b111-${String(n).padStart(12, "0")}`,
  );
  const posts: Recorded[] = [];
  const clock = new FakeClock();
  const client = {
    clock,
    endpoints: { apiUrl: "https://api.mypurecloud.com" },
    skew: new ClockSkew(clock),
    get: (_path: string, { pageNumber, pageSize }: Record<string, number>) =>
      Promise.resolve({
        entities: ids
          .slice((pageNumber! - 1) * pageSize!, pageNumber! * pageSize!)
          .map((id) => ({ id, name: id })),
        pageCount: Math.ceil(count / pageSize!),
      }),
    post: (path: string, body: Recorded["body"]) => {
      posts.push({ path, body });
      return Promise.resolve({ results: [] });
    },
  } as unknown as Client;
  const parts: PollerParts = {
    config: { client, directory: new Directory(client) },
    notices: keptNotices().notices,
  };
  const times = { granularity: "", lookback: 2, maxBackfill: 24 };
  const queue = { queues: [], mediaTypes: ["voice", "chat"], metrics: [], groupBy: ["direction"], ...times };
  for (const poller of [
    // The tutorial's query has no body.
    ...QUEUE_QUERIES.filter((query) => query !== "details").map((query) =>
      queuePoller({ ...queue, query }, parts),
    ),
    ...AGENT_QUERIES.map((query) => agentPoller({ query, agents: [], queues: [], ...times }, parts)),
    agentPoller({ query: "activity", agents: ids, queues: ids.slice(0, 150), ...times }, parts),
    agentPoller({ query: "activity", agents: [], queues: ids, ...times }, parts),
  ]) {
    await poller.poll({}, () => undefined);
  }
  return posts;
}

/** What each endpoint takes, and how many predicates of one query. */
const ENDPOINTS: Record<string, { readonly model: keyof SdkModels; readonly cap: number }> = {
  "/api/v2/analytics/queues/observations/query": { model: "QueueObservationQuery", cap: 200 },
  "/api/v2/analytics/users/aggregates/query": { model: "UserAggregationQuery", cap: 100 },
  "/api/v2/analytics/conversations/aggregates/query": { model: "ConversationAggregationQuery", cap: 300 },
  "/api/v2/analytics/users/activity/query": { model: "UserActivityQuery", cap: 300 },
};

describe("requests", () => {
  before(readSdkModels);

  for (const count of [1, 201, 5_000]) {
    it(`of every query keep the caps and name every id once, for ${count}`, async () => {
      const requests = await requestsFor(count);
      for (const [path, { cap }] of Object.entries(ENDPOINTS)) {
        // The look for hidden queues, behind the first poll of buckets, names them once more.
        const own = requests.filter(
          (request) => request.path === path && String(request.body.metrics) !== "oMemberUsers",
        );
        assert.ok(own.length > 0, path);
        for (const { body } of own) {
          const predicates = body.filter?.clauses.flatMap((clause) => clause.predicates) ?? [];
          assert.ok(predicates.length <= cap, `${path}: ${predicates.length} predicates`);
          assert.ok(Buffer.byteLength(JSON.stringify(body)) <= 512_000);
        }
        if (path.includes("activity")) continue;
        // The look for queues that are hidden asks the live query too, for other metrics.
        const questions = new Map<string, (string | undefined)[]>();
        for (const { body } of own) {
          const question = JSON.stringify({ ...body, filter: undefined });
          const values = body.filter!.clauses[0]!.predicates.map(({ value }) => value);
          questions.set(question, [...(questions.get(question) ?? []), ...values]);
        }
        for (const [question, values] of questions) {
          assert.equal(values.length, count, question);
          assert.equal(new Set(values).size, count, question);
        }
      }
    });

    it(`of every query are of the official SDK's types, for ${count}`, async () => {
      for (const { path, body } of await requestsFor(count)) {
        const { model } = ENDPOINTS[path]!;
        assert.deepEqual(sdkErrors(model, body), [], path);
        if (!hasOpenApi) continue;
        assert.deepEqual(schemaErrors(model, body), [], path);
        assert.deepEqual(unknownProperties(model, body), [], path);
      }
    });
  }

  // The SDK's types hold no enumerations: this one is checked where the API's description lies beside the checkout.
  if (hasOpenApi)
    it("know every metric and offer only dimensions that the API has", () => {
      const names = (query: string) =>
        METRIC_CATALOGUE.filter((metric) => metric.query === query).map(({ name }) => name);
      assert.deepEqual(names("aggregates").sort(), allowedItems("ConversationAggregationQuery", "metrics"));
      assert.deepEqual(names("observations").sort(), allowedItems("QueueObservationQuery", "metrics"));
      assert.deepEqual(names("agent-aggregates").sort(), allowedItems("UserAggregationQuery", "metrics"));
      const dimensions = allowedItems("ConversationAggregationQuery", "groupBy");
      for (const dimension of GROUP_BY_DIMENSIONS) assert.ok(dimensions.includes(dimension), dimension);
    });
});

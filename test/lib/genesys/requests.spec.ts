import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import type platformClient from "purecloud-platform-client-v2";
import type { Client } from "../../../lib/genesys/http/client";
import { granularityOf } from "../../../lib/genesys/interval/granularity";
import { METRIC_CATALOGUE } from "../../../lib/genesys/metrics/catalogue";
import { GROUP_BY_DIMENSIONS } from "../../../lib/genesys/metrics/dimensions";
import { Directory } from "../../../lib/genesys/names/directory";
import { agentPoller } from "../../../lib/genesys/poll/agent-poller";
import type { PollerParts } from "../../../lib/genesys/poll/buckets";
import { queuePoller } from "../../../lib/genesys/poll/queue-poller";
import { conversationAggregatesQuery } from "../../../lib/genesys/queries/conversation-aggregates";
import { queueObservationsQuery } from "../../../lib/genesys/queries/queue-observations";
import { userActivityQuery } from "../../../lib/genesys/queries/user-activity";
import { userAggregatesQuery } from "../../../lib/genesys/queries/user-aggregates";
import { FakeClock } from "../../support/fake-clock";
import { keptNotices } from "./support";

type Analytics = InstanceType<typeof platformClient.AnalyticsApi>;
const granularity = granularityOf("PT30M");
const interval = { start: 0, end: granularity.ms };

// Checked by the compiler: our bodies are what the official SDK sends.
conversationAggregatesQuery(
  { granularity, mediaTypes: [], groupBy: [] },
  interval,
  [],
  [],
) satisfies Parameters<Analytics["postAnalyticsConversationsAggregatesQuery"]>[0];
queueObservationsQuery([], []) satisfies Parameters<Analytics["postAnalyticsQueuesObservationsQuery"]>[0];
userAggregatesQuery(granularity, interval, [], []) satisfies Parameters<
  Analytics["postAnalyticsUsersAggregatesQuery"]
>[0];
userActivityQuery({}) satisfies Parameters<Analytics["postAnalyticsUsersActivityQuery"]>[0];

// And the fields that we read are those that it returns.
"results" satisfies keyof Awaited<ReturnType<Analytics["postAnalyticsConversationsAggregatesQuery"]>>;
"results" satisfies keyof Awaited<ReturnType<Analytics["postAnalyticsUsersActivityQuery"]>>;
"systemToOrganizationMappings" satisfies keyof Awaited<
  ReturnType<
    Analytics["postAnalyticsQueuesObservationsQuery"] | Analytics["postAnalyticsUsersAggregatesQuery"]
  >
>;

/** The schemas lie beside the repository while it is developed; they are no part of it. */
const SUBSET = join(__dirname, "../../../../shared/reference/genesys-openapi-subset.json");

interface Recorded {
  readonly path: string;
  readonly body: { filter?: { clauses: { predicates: { dimension: string; value?: string }[] }[] } };
}

/** Runs one poll of every query for an organisation of this size; no server, the requests are what counts. */
async function requestsFor(count: number): Promise<Recorded[]> {
  const ids = Array.from(
    { length: count },
    (_, n) => `1d1af111-b11c-11f1-b111-${String(n).padStart(12, "0")}`,
  );
  const posts: Recorded[] = [];
  const client = {
    clock: new FakeClock(),
    endpoints: { apiUrl: "https://api.mypurecloud.com" },
    skew: {},
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
    checkpoint: () => undefined,
  };
  const times = { granularity: "", lookback: 2, maxBackfillHours: 24 };
  const queue = { queues: [], mediaTypes: ["voice", "chat"], metrics: [], groupBy: ["direction"], ...times };
  for (const poller of [
    queuePoller({ ...queue, query: "aggregates" }, parts),
    queuePoller({ ...queue, query: "observations" }, parts),
    agentPoller({ query: "activity", users: [], queues: [], ...times }, parts),
    agentPoller({ query: "activity", users: ids, queues: ids.slice(0, 150), ...times }, parts),
    agentPoller({ query: "activity", users: [], queues: ids, ...times }, parts),
    agentPoller({ query: "aggregates", users: [], queues: [], ...times }, parts),
  ]) {
    await poller.poll({}, () => undefined);
  }
  return posts;
}

describe("requests", () => {
  const caps: Record<string, number> = {
    "/api/v2/analytics/queues/observations/query": 200,
    "/api/v2/analytics/users/aggregates/query": 100,
    "/api/v2/analytics/conversations/aggregates/query": 300,
    "/api/v2/analytics/users/activity/query": 300,
  };

  for (const count of [1, 201, 5_000]) {
    it(`of every query keep the caps and name every id once, for ${count}`, async () => {
      const requests = await requestsFor(count);
      for (const [path, cap] of Object.entries(caps)) {
        const own = requests.filter((request) => request.path === path);
        assert.ok(own.length > 0, path);
        for (const { body } of own) {
          const predicates = body.filter?.clauses.flatMap((clause) => clause.predicates) ?? [];
          assert.ok(predicates.length <= cap, `${path}: ${predicates.length} predicates`);
          assert.ok(Buffer.byteLength(JSON.stringify(body)) <= 512_000);
        }
        if (path.includes("activity")) continue;
        const values = own.flatMap(({ body }) =>
          body.filter!.clauses[0]!.predicates.map(({ value }) => value),
        );
        assert.equal(values.length, count);
        assert.equal(new Set(values).size, count);
      }
    });

    it(`of every query validate against the API's schemas, for ${count}`, async function () {
      if (!existsSync(SUBSET)) {
        console.log("      the API's schemas are not beside this checkout");
        this.skip();
      }
      const api = readApi();
      const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
      ajv.addSchema(api, "api");
      for (const { path, body } of await requestsFor(count)) {
        const { $ref } = api.paths[path]!.post.requestBody.content["application/json"].schema;
        const validate = ajv.getSchema(`api${$ref}`)!;
        assert.ok(validate(body), `${path}: ${ajv.errorsText(validate.errors)}`);
        const known = api.components.schemas[$ref.split("/").at(-1)!]!.properties;
        for (const key of Object.keys(body)) assert.ok(key in known, `${path}: ${key}`);
      }
    });
  }

  it("know every metric and offer only dimensions that the API has", function () {
    if (!existsSync(SUBSET)) {
      console.log("      the API's schemas are not beside this checkout");
      this.skip();
    }
    const { schemas } = readApi().components;
    const names = (query: string) =>
      METRIC_CATALOGUE.filter((metric) => metric.query === query).map(({ name }) => name);
    const allowed = (schema: string, property: string) =>
      [...schemas[schema]!.properties[property]!.items.enum].sort();
    assert.deepEqual(names("aggregates").sort(), allowed("ConversationAggregationQuery", "metrics"));
    assert.deepEqual(names("observations").sort(), allowed("QueueObservationQuery", "metrics"));
    assert.deepEqual(names("agent-aggregates").sort(), allowed("UserAggregationQuery", "metrics"));
    const dimensions = allowed("ConversationAggregationQuery", "groupBy");
    for (const dimension of GROUP_BY_DIMENSIONS) assert.ok(dimensions.includes(dimension), dimension);
  });
});

interface Api {
  readonly paths: Record<
    string,
    { post: { requestBody: { content: { "application/json": { schema: { $ref: string } } } } } }
  >;
  readonly components: {
    readonly schemas: Record<string, { properties: Record<string, { items: { enum: string[] } }> }>;
  };
}

function readApi(): Api {
  return JSON.parse(readFileSync(SUBSET, "utf8")) as Api;
}

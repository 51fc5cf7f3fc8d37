import assert from "node:assert/strict";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";
import type { Answer } from "../../support/genesys-calls";
import { questionsTo, rowsOf } from "../../support/genesys-questions";
import type { Questions } from "../../support/genesys-questions";
import { hasOpenApi, schemaErrors, unknownProperties } from "../../support/openapi";
import type { SdkModels } from "../../support/sdk-models";
import { readSdkModels, sdkErrors } from "../../support/sdk-schemas";

describe("Genesys simulator: answers are of the official SDK's types", () => {
  let simulator: GenesysSimulator | undefined;
  let ask: Questions;

  before(readSdkModels);
  before(async () => {
    simulator = await startGenesysSimulator({ clock: new FakeClock() });
    ask = await questionsTo(simulator);
  });
  after(() => simulator?.close());

  const fits = (model: keyof SdkModels, body: unknown) => {
    assert.deepEqual(sdkErrors(model, body), []);
    if (!hasOpenApi) return;
    assert.deepEqual(schemaErrors(model, body), []);
    assert.deepEqual(unknownProperties(model, body), []);
  };
  const check = (model: keyof SdkModels, { status, body }: Answer) => {
    assert.equal(status, 200, JSON.stringify(body));
    fits(model, body);
  };
  const posts: [string, keyof SdkModels, () => unknown][] = [
    ["conversations/aggregates/query", "ConversationAggregateQueryResponse", () => ask.aggregates()],
    [
      "queues/observations/query",
      "QueueObservationQueryResponse",
      () => ask.observation({ detailMetrics: ["oInteracting"] }),
    ],
    ["users/aggregates/query", "UserAggregateQueryResponse", () => ask.userAggregates()],
    ["users/activity/query?pageSize=10", "UserActivityResponse", () => ask.activity],
  ];
  for (const [path, schema, body] of posts) {
    it(`POST ${path}`, async () => {
      const answer = await ask.post(path, body());
      check(schema, answer);
      assert.ok(rowsOf(answer.body).length > 0);
    });
  }
  const gets: [string, keyof SdkModels][] = [
    ["routing/queues?pageSize=5&pageNumber=2", "QueueEntityListing"],
    ["routing/queues/divisionviews", "QueueEntityListing"],
    ["routing/queues/divisionviews/all", "QueueEntityListing"],
    ["users?expand=routingStatus&expand=presence", "UserEntityListing"],
    ["presence/definitions", "OrganizationPresenceDefinitionEntityListing"],
    ["organizations/me", "Organization"],
  ];
  for (const [path, schema] of gets) it(`GET ${path}`, async () => check(schema, await ask.get(path)));
  it("GET routing/queues/{id}/members", async () =>
    check("QueueMemberEntityListing", await ask.get(`routing/queues/${ask.queueIds()[0]}/members`)));
  it("errors", async () => {
    const { body } = await ask.post("queues/observations/query", {});
    fits("ErrorBody", body);
  });
});

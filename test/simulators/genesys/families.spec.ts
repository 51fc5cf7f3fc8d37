import assert from "node:assert/strict";
import { FAMILIES, SIM_FAMILIES } from "../../../demo/simulators/genesys/families/catalogue";
import type { SimFamily } from "../../../demo/simulators/genesys/families/catalogue";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import { FakeClock } from "../../support/fake-clock";
import { or, questionsTo, rowsOf } from "../../support/genesys-questions";
import type { AggregateRow, Questions } from "../../support/genesys-questions";
import type { SdkModels } from "../../support/sdk-models";
import { readSdkModels, sdkErrors } from "../../support/sdk-schemas";

const DAY = 86_400_000;
const interval = "2026-11-21T00:00:00.000Z/2026-11-22T00:00:00.000Z";

/** The SDK's name for a family, where it is not the path's. */
const MODELS: Readonly<Record<SimFamily, string>> = {
  flows: "Flow",
  flowexecutions: "FlowExecution",
  bots: "Bot",
  evaluations: "Evaluation",
  surveys: "Survey",
  actions: "Action",
  resolutions: "Resolution",
  agentutilizations: "AgentUtilization",
  journeys: "Journey",
  knowledge: "Knowledge",
  taskmanagement: "TaskManagement",
  transcripts: "Transcript",
  agentcopilots: "AgentCopilot",
  summaries: "Summary",
  copilots: "Copilot",
  casemanagement: "CaseManagement",
  ratelimits: "RateLimit",
};

describe("Genesys simulator: families of aggregates", function () {
  let simulator: GenesysSimulator;
  let clock: FakeClock;
  let ask: Questions;

  before(readSdkModels);
  beforeEach(async () => {
    clock = new FakeClock();
    simulator = await startGenesysSimulator({ clock, tokenLifetimeS: 10 * 86_400 });
    ask = await questionsTo(simulator);
  });
  afterEach(() => simulator.close());

  const question = (family: SimFamily, over: object = {}) => ({
    interval,
    granularity: "PT1H",
    groupBy: [],
    metrics: FAMILIES[family].metrics,
    ...over,
  });
  const count = (rows: readonly unknown[], metric?: string) =>
    (rows as AggregateRow[])
      .flatMap(({ data }) => data.flatMap(({ metrics }) => metrics))
      .filter((entry) => metric === undefined || entry.metric === metric)
      .reduce((sum, { stats }) => sum + (stats["count"] ?? 0), 0);

  for (const family of SIM_FAMILIES) {
    it(`${family}: request and answer are the SDK's, the truth is there, and the permission is asked`, async () => {
      const body = question(family, { groupBy: FAMILIES[family].dimensions.slice(-1) });
      assert.deepEqual(sdkErrors(`${MODELS[family]}AggregationQuery` as keyof SdkModels, body), []);
      const path = `${family}/aggregates/query`;
      const answer = await ask.post(path, body);
      assert.equal(answer.status, 200, answer.text);
      const model = `${MODELS[family]}AggregateQueryResponse` as keyof SdkModels;
      assert.deepEqual(sdkErrors(model, answer.body), []);
      const truth = simulator.truth(`${family}/aggregates`, body);
      assert.ok(count(truth) > 0);
      assert.ok(count(rowsOf(answer.body)) <= count(truth));
      for (const permission of FAMILIES[family].permissions) simulator.missing.add(permission);
      assert.equal((await ask.post(path, body)).status, 403);
    });
  }

  it("refuses dimensions and metrics of other families, and more than a hundred predicates", async () => {
    const code = async (over: object) => {
      const { status, body } = await ask.post("flows/aggregates/query", question("flows", over));
      return [status, (body as { code?: string }).code];
    };
    assert.deepEqual(await code({ groupBy: ["evaluatorId"] }), [400, "invalid.value"]);
    assert.deepEqual(await code({ metrics: ["nOffered"] }), [400, "invalid.value"]);
    assert.deepEqual(await code({ alternateTimeDimension: "wrapUpDate" }), [400, "invalid.value"]);
    const many = or(
      "flowId",
      Array.from({ length: 101 }, (_, index) => `${index}`),
    );
    assert.deepEqual(await code({ filter: many }), [400, "bad.request"]);
  });

  it("what comes late comes late: surveys within three days, next contacts avoided after a week", async () => {
    const rows = async (family: SimFamily) =>
      rowsOf((await ask.post(`${family}/aggregates/query`, question(family))).body);
    const responses = [count(await rows("surveys"), "nSurveyResponses")];
    assert.equal(count(await rows("resolutions")), 0);
    for (let day = 0; day < 3; day++) {
      await clock.advance(DAY);
      responses.push(count(await rows("surveys"), "nSurveyResponses"));
    }
    assert.ok(responses[0]! < responses[1]! && responses[1]! <= responses[3]!, responses.join());
    assert.deepEqual(await rows("surveys"), simulator.truth("surveys/aggregates", question("surveys")));
    await clock.advance(6 * DAY);
    assert.ok(count(await rows("resolutions")) > 0);
  });

  it("counts by the time of the event where that is asked: closed buckets then change no more", async () => {
    const body = question("surveys", { metrics: ["nSurveyResponses"], alternateTimeDimension: "eventTime" });
    const before = rowsOf((await ask.post("surveys/aggregates/query", body)).body);
    assert.ok(count(before) > 0);
    await clock.advance(3 * DAY);
    assert.deepEqual(rowsOf((await ask.post("surveys/aggregates/query", body)).body), before);
  });

  it("flows add up: every run ends in an exit or a disconnect", async () => {
    const rows = rowsOf(
      (await ask.post("flows/aggregates/query", question("flows", { granularity: "P1D" }))).body,
    );
    assert.equal(count(rows, "tFlow"), count(rows, "tFlowExit") + count(rows, "tFlowDisconnect"));
    assert.ok(count(rows, "nFlowOutcomeFailed") < count(rows, "nFlowOutcome"));
  });

  for (const [path, model, permission] of [
    ["routing/wrapupcodes", "WrapupCodeEntityListing", "routing:wrapupCode:view"],
    ["routing/skills", "SkillEntityListing", "routing:skill:view"],
    ["routing/languages", "LanguageEntityListing", undefined],
    ["flows", "FlowEntityListing", "architect:flow:view"],
    ["flows/outcomes", "FlowOutcomeListing", "architect:flowOutcome:view"],
    ["teams", "TeamEntityListing", "groups:team:view"],
    ["authorization/divisions", "AuthzDivisionEntityListing", undefined],
  ] as const) {
    it(`lists ${path} by name`, async () => {
      const { status, body } = await ask.get(path);
      assert.equal(status, 200);
      const { entities } = body as { entities: { id: string; name: string }[] };
      assert.ok(entities.length > 0 && entities.every(({ id, name }) => id && name), model);
      if (permission) simulator.missing.add(permission);
      assert.equal((await ask.get(path)).status, permission ? 403 : 200);
    });
  }
});

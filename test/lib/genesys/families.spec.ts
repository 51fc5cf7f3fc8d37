import assert from "node:assert/strict";
import { FAMILIES as SIMULATED, SIM_FAMILIES } from "../../../demo/simulators/genesys/families/catalogue";
import { familyFacts } from "../../../lib/genesys/families/table";
import { GROUP_BY_DIMENSIONS, isTagDimension } from "../../../lib/terms/dimensions";
import { FAMILIES, FAMILY_GROUPINGS } from "../../../lib/terms/families";
import type { PollAnswer } from "../../../lib/genesys/poll/poller";
import { languages, textsOf } from "../node-red/editor/files";
import { FakeClock } from "../../support/fake-clock";
import { ask, clientOf, closeAll, pollersOf, pollSetup, scripted } from "./support";

const HOUR = 3_600_000;

interface Row {
  readonly group: Record<string, string>;
  readonly data: {
    readonly interval: string;
    readonly metrics: { metric: string; stats: Record<string, number> }[];
  }[];
}

/** Figures by group, bucket and metric, without names. */
function figures(rows: readonly unknown[], keys: readonly string[]): string[] {
  return (rows as Row[])
    .flatMap(({ group, data }) =>
      data.flatMap(({ interval, metrics }) =>
        metrics
          .filter(({ stats }) => Object.values(stats).some((value) => value !== 0))
          .map((metric) => JSON.stringify([keys.map((key) => group[key] ?? ""), interval, metric])),
      ),
    )
    .sort();
}

const groupsOf = ({ rows }: PollAnswer) => rows.map(({ group }) => group as Record<string, string>);

describe("families of aggregates", function () {
  afterEach(closeAll);

  it("the table has what the API takes: metrics, dimensions that may be tags, and groupings of them", () => {
    for (const family of SIM_FAMILIES) {
      const facts = familyFacts(family);
      const { metrics, dimensions } = SIMULATED[family] as (typeof SIMULATED)["flows"];
      assert.deepEqual([...facts.metrics], [...metrics], family);
      assert.deepEqual([...facts.dimensions].sort(), dimensions.filter(isTagDimension).sort(), family);
    }
    for (const family of FAMILIES) {
      const { metrics, defaultMetrics, dimensions, permission } = familyFacts(family);
      assert.ok(defaultMetrics.length > 0 && defaultMetrics.length <= 20, family);
      assert.ok(
        defaultMetrics.every((name) => metrics.includes(name)),
        family,
      );
      for (const name of FAMILY_GROUPINGS[family]) assert.ok(dimensions.includes(name), `${family} ${name}`);
      assert.match(permission, /^\w+:\w+:view$/);
    }
  });

  for (const language of languages) {
    it(`every metric and dimension has a meaning for pickers, in ${language}`, () => {
      const own = textsOf("genesys-analytics-poll", language);
      const shared = textsOf("genesys-config", language);
      for (const family of FAMILIES) {
        const { metrics, dimensions } = familyFacts(family);
        for (const name of metrics)
          assert.ok(own.has(`metric.${name}`) || shared.has(`shared.metric.${name}`), name);
        for (const name of dimensions) assert.ok(shared.has(`shared.dimension.${name}`), name);
      }
      for (const name of GROUP_BY_DIMENSIONS) assert.ok(shared.has(`shared.dimension.${name}`), name);
    });
  }

  it("what comes days late is asked again for as many days whatever the bucket, and a shorter look-back is told", async () => {
    const { analytics, warnings } = await pollSetup({ queues: 2, agents: 2 });
    const reach = ({ interval }: PollAnswer) => (interval!.end - interval!.start) / (24 * HOUR);
    assert.equal(reach(await ask(analytics("surveys"))), 15);
    assert.equal(reach(await ask(analytics("surveys", { granularity: "PT1H" }))), 14 + 1 / 24);
    assert.deepEqual(warnings, []);
    await ask(analytics("surveys", { granularity: "PT1H", lookback: 96 }));
    assert.match(warnings[0]!, /surveys come up to 14 days late.* 96 buckets reaches 4 days/);
    // No request has room for 20,000 buckets.
    const short = await ask(analytics("resolutions", { granularity: "PT1M" }));
    assert.equal(reach(short), 1_489 / 1_440);
    assert.match(warnings.join(), /resolutions come up to 10 days late.* 1488 buckets reaches 1 days/);
  });

  for (const family of SIM_FAMILIES) {
    it(`${family}: a poll brings the truth of the moment, with its defaults`, async () => {
      const { analytics, simulator, clock, client } = await pollSetup();
      await client.authenticate();
      await clock.advance(8 * HOUR);
      const answer = await ask(analytics(family));
      assert.deepEqual(
        [answer.kind, answer.complete, answer.question?.family],
        ["analytics-aggregates", true, family],
      );
      const { grid, groupBy, metrics } = answer.question!;
      const interval = answer.interval!;
      const truth = simulator.truth(
        `${family}/aggregates`,
        {
          interval: `${new Date(interval.start).toISOString()}/${new Date(interval.end).toISOString()}`,
          granularity: grid.granularity.text,
          groupBy,
          metrics,
        },
        clock.now(),
      );
      assert.deepEqual(figures(answer.rows, groupBy), figures(truth, groupBy));
      assert.ok(answer.rows.length > 0 || family === "ratelimits" || family === "resolutions");
    });
  }

  it("ids have names beside them: flows, outcomes, wrap-up codes, teams, divisions, skills, languages", async () => {
    const { analytics, queues } = await pollSetup();
    const named = (answer: PollAnswer, id: string, name: string) =>
      groupsOf(answer).filter((group) => group[id] !== undefined && group[name] === undefined).length;
    const outcomes = await ask(analytics("flows", { groupBy: ["flowId", "flowOutcomeId"] }));
    assert.equal(named(outcomes, "flowId", "flowName"), 0);
    assert.equal(named(outcomes, "flowOutcomeId", "flowOutcomeName"), 0);
    const surveys = await ask(analytics("surveys", { groupBy: ["queueId", "teamId"] }));
    assert.equal(named(surveys, "queueId", "queueName") + named(surveys, "teamId", "teamName"), 0);
    const wide = await ask(
      queues({
        metrics: ["tHandle"],
        groupBy: ["wrapUpCode", "divisionId", "userId", "requestedLanguageId"],
      }),
    );
    assert.ok(wide.rows.length > 0);
    for (const [id, name] of [
      ["wrapUpCode", "wrapUpName"],
      ["divisionId", "divisionName"],
      ["userId", "userName"],
      ["requestedLanguageId", "languageName"],
    ] as const) {
      assert.equal(named(wide, id, name), 0, name);
    }
  });

  it("a list of names that is not permitted leaves ids alone, and is told once", async () => {
    const { analytics, simulator, warnings } = await pollSetup();
    simulator.missing.add("architect:flow:view");
    assert.ok(
      groupsOf(await ask(analytics("flows"))).every(({ flowName }) => flowName),
      "the other permission",
    );
    const other = await pollSetup({ missingPermissions: ["architect:flow:view", "architect:flow:search"] });
    const poller = other.analytics("flows");
    assert.ok(groupsOf(await ask(poller)).every(({ flowName }) => flowName === undefined));
    await ask(poller);
    assert.deepEqual(warnings, []);
    assert.equal(other.warnings.length, 1);
    assert.match(other.warnings[0]!, /flowNames cannot be read, ids are used: .*architect:flow:view/);
  });

  it("filters: values of one dimension are alternatives, and the dimension is in the grouping", async () => {
    const { analytics, calls } = await pollSetup();
    const all = groupsOf(await ask(analytics("flows", { groupBy: ["flowId"] })));
    const [one, two] = all.map(({ flowId }) => flowId!);
    const filter = [`flowId=${one}`, `flowId = ${two}`, "mediaType=voice"];
    const answer = await ask(analytics("flows", { groupBy: ["flowType"], filter }));
    assert.deepEqual(answer.question!.groupBy, ["flowType", "flowId", "mediaType"]);
    assert.deepEqual(new Set(groupsOf(answer).map(({ flowId }) => flowId)), new Set([one, two]));
    assert.ok(groupsOf(answer).every(({ mediaType }) => mediaType === "voice"));
    assert.equal(calls(/flows\/aggregates/).at(-1)!.status, 200);
  });

  it("views are asked and answered", async () => {
    const { analytics, queues } = await pollSetup();
    const viewsOf = ({ rows }: PollAnswer) =>
      (rows as unknown as { data: { views?: { name: string }[] }[] }[]).flatMap(({ data }) =>
        data.flatMap(({ views = [] }) => views.map(({ name }) => name)),
      );
    const bands = ["quickly=tAnswered:-20000", "slowly=tAnswered:60000-"];
    assert.deepEqual(new Set(viewsOf(await ask(queues({ views: bands })))), new Set(["quickly", "slowly"]));
    const flows = await ask(analytics("flows", { views: ["short=tFlow:0-10000"] }));
    assert.ok(viewsOf(flows).every((name) => name === "short") && viewsOf(flows).length > 0);
  });

  it("what is wrong is refused by name, before anything is asked", async () => {
    const { analytics, queues, simulator } = await pollSetup();
    const refused: [() => unknown, RegExp][] = [
      [() => analytics("nonsense" as "flows"), /family "nonsense" is unknown/],
      [
        () => analytics("flows", { metrics: ["nFlow", "nOffered"] }),
        /metrics nOffered are not of flows: use nFlow/,
      ],
      [() => analytics("flows", { groupBy: ["ani"] }), /groupBy ani is not offered for flows: use/],
      [() => analytics("flows", { filter: ["voice"] }), /filter "voice" is no dimension=value/],
      [() => analytics("flows", { filter: ["conversationId=1"] }), /groupBy conversationId is not offered/],
      [() => analytics("flows", { views: ["nFlow=tFlow:0-1"] }), /the name nFlow is taken/],
      [() => analytics("flows", { views: ["short=nFlow:0-1"] }), /is no name=metric:from-to/],
      [() => analytics("flows", { views: ["short=tFlow:5-1"] }), /the range is empty/],
      [() => queues({ views: ["waitTime=tWait:0-1"] }), /the name waitTime is taken/],
      [
        () => analytics("flows", { filter: Array.from({ length: 101 }, (_, index) => `flowId=${index}`) }),
        /filter has 101 values.*takes 100/,
      ],
    ];
    for (const [build, words] of refused) assert.throws(build, words);
    assert.equal(simulator.requests.length, 0);
  });

  it("a permission that is missing for one family is named, and the other polls go on", async () => {
    const { analytics } = await pollSetup({ missingPermissions: ["analytics:surveyAggregate:view"] });
    await assert.rejects(ask(analytics("surveys")), /permission analytics:surveyAggregate:view/);
    assert.equal((await ask(analytics("flows"))).complete, true);
  });

  for (const [what, status, body, words] of [
    [
      "a filter that Genesys refuses",
      400,
      { message: "The value [nonsense] is not valid for dimension [flowId]", code: "bad.request" },
      /refused the request.*\[nonsense\] is not valid for dimension \[flowId\]/,
    ],
    ["a permission that is missing", 403, { message: "no", code: "not.authorized" }, /do not allow this/],
    [
      "a family that the organisation does not have",
      404,
      { message: "no such thing", code: "not.found" },
      /this organisation does not have flows, or the address is wrong: .*404/,
    ],
  ] as const) {
    it(`${what} is told in words that name it, and other polls of the connection go on`, async () => {
      const clock = new FakeClock();
      const queue = { id: "1d1af111-b11c-11f1-b111-0000000000aa", name: "A" };
      const { url } = await scripted(({ url: path }) => {
        if (path === "/oauth/token") return {};
        if (path.includes("/flows/")) return { status, body };
        return path.includes("/routing/") ? { body: { entities: [queue] } } : { body: { results: [] } };
      });
      const { analytics, queues } = pollersOf(clientOf(url, clock));
      const poller = analytics("flows", { filter: ["flowId=nonsense"] });
      for (let attempt = 0; attempt < 2; attempt++) {
        await assert.rejects(
          poller.poll({ deadline: clock.monotonic() }, () => undefined),
          words,
        );
        assert.equal((await ask(queues({ metrics: ["nOffered"] }))).complete, true);
      }
    });
  }

  it("an answer that is too large is asked in shorter intervals", async () => {
    const { analytics, simulator } = await pollSetup();
    const whole = await ask(analytics("flows", { lookback: 8 }));
    Object.assign(simulator.limits, { cells: 30, refusal: "result limit" });
    const answer = await ask(analytics("flows", { lookback: 8 }));
    assert.equal(answer.complete, true);
    const keys = answer.question!.groupBy;
    assert.deepEqual(figures(answer.rows, keys), figures(whole.rows, keys));
  });
});

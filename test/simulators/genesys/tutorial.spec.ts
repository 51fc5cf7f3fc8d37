import assert from "node:assert/strict";
import { startGenesysSimulator } from "../../../demo/simulators/genesys/server";
import type { GenesysSimulator } from "../../../demo/simulators/genesys/server";
import { call, tokenOf } from "../../support/genesys-calls";
import type { Answer } from "../../support/genesys-calls";
import { FakeClock } from "../../support/fake-clock";

const form = "application/x-www-form-urlencoded";
const details = {
  select: ["count(waitTime)", "sum(answered)", "sum(abandoned)", "sum(offered)"],
  where: [],
  groupBy: ["queueId"],
  interval: "PT1M",
  since: "2026-11-22T09:59:00Z",
  until: "2026-11-22T10:00:00Z",
};

describe("Genesys simulator: token endpoint and the tutorial's query", () => {
  let simulator: GenesysSimulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    simulator = await startGenesysSimulator({ clock, tokenLifetimeS: 300 });
  });
  afterEach(() => simulator.close());

  const login = (body: string, headers: Record<string, string> = {}) =>
    call(`${simulator.url}/oauth/token`, {
      method: "POST",
      headers: { "content-type": form, ...headers },
      body,
    });
  const query = async (json: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    call(`${simulator.url}/api/v2/analytics/queues/details/query`, {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenOf(simulator)}`, ...headers },
      json,
    });
  const refusal = ({ status, body }: Answer) => {
    const { code, message } = body as { code: unknown; message: unknown };
    return [status, code, message];
  };

  it("gives tokens for a Basic header and for credentials in the form", async () => {
    assert.match(await tokenOf(simulator), /^[\w-]{40,}$/);
    const answer = await login(
      "grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret",
    );
    const { token_type, expires_in } = answer.body as Record<string, unknown>;
    assert.deepEqual([answer.status, token_type, expires_in], [200, "bearer", 299]);
  });

  it("refuses unknown clients, wrong secrets, other grants and other content types", async () => {
    const unknown = await login("grant_type=client_credentials&client_id=nobody&client_secret=x");
    assert.equal(unknown.status, 400);
    assert.deepEqual(unknown.body, {
      error: "invalid_client",
      description: "client not found",
      error_description: "client not found",
    });
    const wrong = await login("grant_type=client_credentials&client_id=demo-client&client_secret=x");
    assert.deepEqual(
      [wrong.status, wrong.body],
      [401, { error: "invalid_client", description: "authentication failed" }],
    );
    assert.equal((await login("grant_type=password")).status, 400);
    assert.equal((await login("{}", { "content-type": "application/json" })).status, 415);
  });

  it("answers a row per queue for the asked minute", async () => {
    const answer = await query(details);
    assert.equal(answer.status, 200);
    const { totalCount, results } = answer.body as { totalCount: number; results: Record<string, unknown>[] };
    assert.equal(totalCount, 12);
    assert.deepEqual(
      Object.keys(results[0] ?? {}).sort(),
      ["abandoned", "answered", "intervalEnd", "interval", "offered", "queueId", "waitTime"].sort(),
    );
    assert.ok(results.every((row) => row["intervalEnd"] === "2026-11-22T10:00:00.000Z"));
    assert.deepEqual((await query(details)).body, answer.body, "the same question has the same answer");
  });

  it("has believable figures over a day: more by day than by night, some abandons", async () => {
    const sums = async (since: string, until: string) => {
      const { body } = await query({ ...details, interval: "PT1H", since, until });
      const { results } = body as { results: { offered: number; answered: number; abandoned: number }[] };
      const sum = (pick: (row: (typeof results)[0]) => number) =>
        results.reduce((total, row) => total + pick(row), 0);
      return {
        offered: sum((r) => r.offered),
        answered: sum((r) => r.answered),
        abandoned: sum((r) => r.abandoned),
      };
    };
    const night = await sums("2026-11-22T02:00:00Z", "2026-11-22T06:00:00Z");
    const day = await sums("2026-11-22T09:00:00Z", "2026-11-22T13:00:00Z");
    assert.ok(day.offered > 3 * night.offered, `${day.offered} by day, ${night.offered} by night`);
    assert.ok(day.answered > 0.7 * day.offered && day.abandoned > 0.02 * day.offered, JSON.stringify(day));
  });

  it("refuses missing and expired tokens in the words of the API", async () => {
    const path = `${simulator.url}/api/v2/analytics/queues/details/query`;
    assert.deepEqual(refusal(await call(path, { method: "POST", json: details })), [
      401,
      "bad.credentials",
      "Invalid login credentials.",
    ]);
    const authorization = `Bearer ${await tokenOf(simulator)}`;
    await clock.advance(300_000);
    const old = await call(path, { method: "POST", json: details, headers: { authorization } });
    assert.deepEqual(refusal(old).slice(0, 2), [401, "credentials.expired"]);
  });

  it("refuses wrong bodies and content types", async () => {
    assert.deepEqual(refusal(await query(details, { "content-type": "text/plain" })).slice(0, 2), [
      415,
      "unsupported.media.type",
    ]);
    const bad: [unknown, string][] = [
      [[], "bad.request"],
      [{ ...details, select: ["sum(everything)"] }, "invalid.value"],
      [{ ...details, groupBy: [] }, "constraint.validation"],
      [{ ...details, interval: "1 minute" }, "invalid.value"],
      [{ ...details, since: "yesterday" }, "invalid.date"],
      [{ ...details, until: details.since }, "bad.request"],
      [{ ...details, where: "all" }, "invalid.value"],
      [{ ...details, page: 1 }, "invalid.property"],
    ];
    for (const [body, code] of bad) {
      assert.deepEqual(refusal(await query(body)).slice(0, 2), [400, code], JSON.stringify(body));
    }
  });

  it("limits requests per minute and says until when", async () => {
    const authorization = `Bearer ${await tokenOf(simulator)}`;
    const ask = () => call(`${simulator.url}/api/v2/nothing`, { headers: { authorization } });
    const first = await ask();
    assert.deepEqual([first.status, first.headers.get("inin-ratelimit-count")], [404, "1"]);
    for (let i = 1; i < 300; i++) await ask();
    await clock.advance(18_000);
    const refused = await ask();
    assert.deepEqual(refusal(refused), [
      429,
      "too.many.requests.retry.after",
      "Rate limit exceeded the maximum. Retry the request in [42] seconds",
    ]);
    assert.deepEqual(
      [refused.headers.get("retry-after"), refused.headers.get("inin-ratelimit-count")],
      ["42", "301"],
    );
    await clock.advance(42_000);
    assert.equal((await ask()).status, 404);
  });

  it("does wrong what it is told to do wrong, as often as it is told", async () => {
    simulator.faults.add({ kind: "500html", times: 1 });
    simulator.faults.add({ kind: "429", times: 1, retryAfter: 7 });
    simulator.faults.add({ kind: "truncated", times: 1, match: /details/ });
    const authorization = `Bearer ${simulator.tokens.issued}`;
    const any = () => call(`${simulator.url}/api/v2/nothing`, { headers: { authorization } });
    const html = await any();
    assert.deepEqual([html.status, html.headers.get("content-type")], [500, "text/html"]);
    const limited = await any();
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
    const half = await query(details);
    assert.deepEqual([half.status, half.body], [200, undefined]);
    assert.equal((await query(details)).status, 200);
    assert.equal(simulator.requests.filter(({ path }) => path.endsWith("/details/query")).length, 2);
  });
});

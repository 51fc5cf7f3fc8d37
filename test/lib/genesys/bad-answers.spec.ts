import assert from "node:assert/strict";
import fc from "fast-check";
import type { Client } from "../../../lib/genesys/http/client";
import { GenesysError } from "../../../lib/genesys/errors";
import { ClockSkew } from "../../../lib/genesys/http/skew";
import { FakeClock } from "../../support/fake-clock";
import { ask, clientOf, closeAll, pollersOf, scripted } from "./support";

/** A client that gets these answers; no server, so that a property can try thousands. */
function answering(answer: (path: string) => unknown): Client {
  const clock = new FakeClock();
  const reply = (path: string) => Promise.resolve(answer(path));
  return {
    clock,
    endpoints: { apiUrl: "https://api.mypurecloud.com" },
    skew: new ClockSkew(clock),
    get: reply,
    post: reply,
  } as unknown as Client;
}

const ID = "1d1af111-b11c-11f1-b111-1cf1c11111fc";
const list = { entities: [{ id: ID, name: "Sales" }], pageCount: 1, pageSize: 100 };
const good = {
  systemToOrganizationMappings: { ON_QUEUE: ["e08eaf1b-ee47-4fa9-a231-1200e284798f"] },
  results: [
    {
      group: { queueId: ID, userId: ID, mediaType: "voice" },
      data: [
        {
          interval: "2026-11-22T09:00:00.000Z/2026-11-22T09:30:00.000Z",
          metric: "oUserPresences",
          qualifier: "x",
          metrics: [{ metric: "nOffered", qualifier: "y", stats: { count: 1 } }],
          stats: { count: 1 },
        },
      ],
      entities: [{ userId: ID, routingStatus: "IDLE" }],
    },
  ],
};

/** Anything that JSON can hold, with the keys that have bitten others. */
const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    ...[
      '{"__proto__":{"queueId":"p","polluted":1}}',
      '{"constructor":5,"toString":7,"length":3}',
      "[[[[]]]]",
    ].map((text): unknown => JSON.parse(text)),
  ),
);

/** A good answer in which something, anywhere, is something else. */
const damaged = (answer: unknown) =>
  fc.tuple(fc.array(fc.nat(12), { maxLength: 7 }), junk).map(([path, value]) => replace(answer, path, value));

function replace(node: unknown, [first, ...rest]: number[], value: unknown): unknown {
  if (first === undefined || typeof node !== "object" || node === null) return value;
  const keys = Object.keys(node);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...node }) as Record<string, unknown>;
  copy[key] = replace(copy[key], rest, value);
  return copy;
}

describe("answers that are not what the API promises", () => {
  afterEach(closeAll);

  const polls = {
    aggregates: (client: Client) => pollersOf(client).queues(),
    observations: (client: Client) => pollersOf(client).queues({ query: "observations" }),
    details: (client: Client) => pollersOf(client).queues({ query: "details" }),
    activity: (client: Client) => pollersOf(client).agents(),
    "agent aggregates": (client: Client) =>
      pollersOf(client).agents({ query: "aggregates", queues: ["Sales"] }),
  };

  for (const [name, pollerOf] of Object.entries(polls)) {
    it(`${name}: wrong types in any place give rows or words, never a crash`, async () => {
      await fc.assert(
        fc.asyncProperty(damaged(good), damaged(list), async (answer, lists) => {
          const client = answering((path) => (path.includes("analytics") ? structuredClone(answer) : lists));
          try {
            const { rows } = await ask(pollerOf(client));
            for (const row of rows) assert.equal(typeof row, "object");
          } catch (error) {
            assert.ok(error instanceof GenesysError, String(error instanceof Error ? error.stack : error));
          }
          assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
        }),
        { numRuns: 300 },
      );
    });
  }

  it("takes {} and an empty list as an empty answer", async () => {
    for (const empty of [{}, { results: [] }]) {
      const answer = await ask(
        polls.aggregates(answering((path) => (path.includes("analytics") ? empty : list))),
      );
      assert.deepEqual([answer.rows, answer.complete], [[], true]);
    }
  });

  it("keeps the good rows among bad ones, and takes the answer as incomplete", async () => {
    const rows = [good.results[0], { group: 5 }, { group: { queueId: 7 } }, null, { group: {}, data: [1] }];
    const answer = await ask(
      polls.aggregates(answering((path) => (path.includes("analytics") ? { results: rows } : list))),
    );
    assert.deepEqual([answer.rows.length, answer.malformed, answer.complete], [1, 4, false]);
  });

  it("names what it found instead of results, or of a list", async () => {
    const odd = answering((path) => (path.includes("analytics") ? { results: "none" } : list));
    await assert.rejects(
      ask(polls.aggregates(odd)),
      /expected an object with a list of results, found a string as "results"/,
    );
    const lists = answering(() => ({ entities: 5 }));
    await assert.rejects(
      ask(polls.aggregates(lists)),
      /GET .*queues: expected a list of entities, found a number/,
    );
  });

  it("reads lists without a page count until a page is short, whatever the size of pages", async () => {
    const { url, seen } = await scripted(({ url: path }) => {
      if (path === "/oauth/token") return {};
      const page = Number(new URL(path, "http://x").searchParams.get("pageNumber"));
      if (path.includes("analytics")) return { body: {} };
      const entities = Array.from({ length: page < 4 ? 25 : 7 }, (_, n) => ({
        id: `q-${page}-${n}`,
        name: "Q",
      }));
      return { body: { entities, pageSize: 25, nextUri: "/api/v2/routing/queues?pageNumber=2" } };
    });
    await ask(polls.aggregates(clientOf(url, new FakeClock())));
    const query = JSON.parse(seen.at(-1)!.body) as { filter: { clauses: { predicates: unknown[] }[] } };
    assert.equal(query.filter.clauses[0]!.predicates.length, 82);
  });

  it("refuses an enormous answer in words, and the next poll works", async () => {
    let enormous = true;
    const { url } = await scripted(({ url: path }) => {
      if (path.includes("details")) return { body: { results: enormous ? ["x".repeat(9_000_000)] : [] } };
      return {};
    });
    const poller = polls.details(clientOf(url, new FakeClock()));
    await assert.rejects(ask(poller), /larger than 8 MB/);
    enormous = false;
    assert.equal((await ask(poller)).complete, true);
  });
});

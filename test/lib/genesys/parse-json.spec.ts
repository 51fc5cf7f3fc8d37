import assert from "node:assert/strict";
import fc from "fast-check";
import { parseJson } from "../../../lib/genesys/http/parse-json";

/** Makes any object text too large to be parsed at once, without changing what it says. */
const large = (text: string) => Buffer.from(text.replace("{", `{${" ".repeat(130_000)}`));

describe("parsing large answers", () => {
  const anything = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())));

  it("gives what JSON.parse gives", () =>
    fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(undefined, 1, "\t"), async (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        assert.deepEqual(await parseJson(large(text)), JSON.parse(text));
        assert.deepEqual(await parseJson(Buffer.from(text)), JSON.parse(text));
      }),
    ));

  it("throws where JSON.parse throws: texts cut short, or with something in them", () =>
    fc.assert(
      fc.asyncProperty(
        anything,
        fc.nat(),
        fc.constantFrom("", ",", "]", "}", "[", '"', "x", "1"),
        async (value, place, more) => {
          const text = JSON.stringify({ ...value, results: [{ a: [1] }, 2] });
          const at = 1 + (place % text.length);
          const damaged = more ? text.slice(0, at) + more + text.slice(at) : text.slice(0, at);
          let expected: unknown;
          try {
            expected = JSON.parse(damaged);
          } catch {
            await assert.rejects(parseJson(large(damaged)), SyntaxError, damaged);
            return;
          }
          assert.deepEqual(await parseJson(large(damaged)), expected);
        },
      ),
    ));

  for (const text of [
    '{"a":[1,]}',
    '{"a":[,1]}',
    '{"a":[,]}',
    '{"a":[1 2]}',
    '{"a":[1}',
    '{"a":[1]]}',
    '{"a":[1]',
    "{[1]}",
    '{"a"[1]}',
  ]) {
    it(`refuses ${text}`, () => assert.rejects(parseJson(large(text)), SyntaxError));
  }

  // Long enough that what comes before is a piece of its own.
  const long = JSON.stringify("long ".repeat(4_000));
  for (const text of [
    `{"a":[${long},]}`,
    `{"a":[${long},,1]}`,
    `{"a":[${long} 1]}`,
    `{"a":[${long},1}`,
    `{"a":[${long},1`,
    `{"a":[${long},1,]}`,
    `{"a":[,${long},1]}`,
  ]) {
    const shown = text.replace(long, "…");
    it(`refuses ${shown} in pieces`, () => assert.rejects(parseJson(large(text)), SyntaxError));
  }

  it("gives what JSON.parse gives of a list in pieces", async () => {
    const text = `{"a":[ ${long} , {"b":[1,${long}]},${long},[${long}, {}],1,2 ], "c":[], "d":[\n]}`;
    assert.deepEqual(await parseJson(large(text)), JSON.parse(text));
  });

  it("keeps a key __proto__ a mere key", async () => {
    const parsed = (await parseJson(large('{"__proto__":[{"polluted":1}],"results":[]}'))) as Record<
      string,
      unknown
    >;
    assert.deepEqual(Object.keys(parsed), ["__proto__", "results"]);
    assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
  });

  it("lets others run while it parses", async () => {
    const row = JSON.stringify({
      group: { queueId: "q".repeat(40) },
      data: Array(200).fill({ metric: "nOffered", stats: { count: 1 } }),
    });
    const body = Buffer.from(`{"results":[${Array(600).fill(row).join(",")}]}`);
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const { results } = (await parseJson(body)) as { results: unknown[] };
    clearImmediate(next);
    assert.equal(results.length, 600);
    assert.ok(turns >= 2, `${turns} turns`);
  });
});

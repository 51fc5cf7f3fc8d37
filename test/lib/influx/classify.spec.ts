import assert from "node:assert/strict";
import { classify } from "../../../lib/influx/classify";

import { answer } from "./answers";
import { rows } from "./decision-rows";

const NOW = Date.parse("2026-11-22T10:00:00.000Z");
describe("decision table", () => {
  for (const [what, given, verdictClass, code, text] of rows) {
    it(`${given.kind === "answer" ? given.status : "no answer"}, ${what}: ${verdictClass}`, () => {
      const verdict = classify(given, NOW);
      assert.equal(verdict.class, verdictClass);
      assert.equal(verdict.code, code);
      if (text) assert.match(verdict.text, text);
    });
  }

  it("takes Retry-After as seconds or as a date, by the clock of the server where it tells the time", () => {
    const wait = (value: string, date?: string) =>
      classify(answer(429, "", { "retry-after": value, ...(date && { date }) }), NOW).retryAfterMs;
    assert.equal(wait("30"), 30_000);
    assert.equal(wait("Sun, 22 Nov 2026 10:01:00 GMT"), 60_000);
    assert.equal(wait("Sun, 22 Nov 2026 11:01:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT"), 60_000);
    assert.equal(wait("0"), 0);
    assert.equal(wait("Sun, 22 Nov 2020 10:01:00 GMT"), 0);
    assert.equal(wait("-1"), undefined);
  });

  it("warns where waiting alone will not help", () => {
    assert.equal(classify(answer(429, { message: "cardinality limit" }), NOW).warn, true);
    assert.equal(classify(answer(429), NOW).warn, undefined);
  });
});

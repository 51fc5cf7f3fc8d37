import assert from "node:assert/strict";
import { inPrecision } from "../../../lib/influx/precision";

describe("timestamps in the writer's precision", () => {
  const ns = "1763802060123456789";
  for (const [precision, time] of [
    ["us", "1763802060123456"],
    ["ms", "1763802060123"],
    ["s", "1763802060"],
  ] as const) {
    it(`makes a time in nanoseconds, as a buffer stamps, one in ${precision}`, () => {
      assert.equal(inPrecision(`m,t=a f=1 ${ns}`, precision), `m,t=a f=1 ${time}`);
    });

    it(`leaves a time in ${precision} as it is, and a line without one`, () => {
      for (const line of [`m f=1 ${time}`, "m f=1", "m f=1 -5", 'm s="x 1763802060123456789"'])
        assert.equal(inPrecision(line, precision), line);
    });
  }

  it("leaves everything as it is in nanoseconds", () => {
    assert.equal(inPrecision(`m f=1 ${ns}`, "ns"), `m f=1 ${ns}`);
  });
});

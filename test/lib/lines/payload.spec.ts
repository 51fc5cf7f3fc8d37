import assert from "node:assert/strict";
import fc from "fast-check";
import { parseBody } from "../../../demo/simulators/influx/parser";
import { lineProblem } from "../../../lib/lines/check";
import { readPayload } from "../../../lib/lines/payload";
import { recordHeader, segmentHeader } from "../../../lib/wal/format";
import { packLines } from "../../../lib/wal/pack";

/** Text of the pieces of which line protocol is made, in any order: most of it is broken, some of it is not. */
const odd = fc
  .array(
    fc.constantFrom(
      "m",
      ",t=a",
      " ",
      "f=",
      "1i",
      '"',
      "\\",
      "=",
      ",",
      '"x"',
      " 17",
      "#",
      "\n",
      "\r",
      "ü",
      "\0",
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

describe("readPayload", () => {
  const lines = ["m f=1 17", 'm s="a\nb" 18', "m f=3 19"];
  const text = `\n# a comment\n${lines.join("\r\n")}\n\n`;
  for (const [what, payload] of [
    ["a text", text],
    ["a buffer", Buffer.from(text)],
    ["a list of lines", lines],
    ["a list of texts", [lines.slice(0, 2).join("\n"), "", "# nothing", `${lines[2]} `]],
    ["a list of buffers", lines.map((line) => Buffer.from(line))],
  ] as const) {
    it(`finds the same lines in ${what}`, () =>
      assert.deepEqual(readPayload(payload), { lines, refused: [] }));
  }

  it("numbers what it refuses by its place among all lines", () => {
    const { lines: sound, refused } = readPayload('m f=1\nhello\n\nm s="x\nm f=2');
    assert.deepEqual(sound, ["m f=1", "m f=2"]);
    assert.deepEqual(
      refused.map(({ at, line }) => [at, line]),
      [
        [1, "hello"],
        [2, 'm s="x'],
      ],
    );
  });

  for (const [payload, message] of [
    [undefined, /msg\.payload is missing: give line protocol/],
    [null, /is null/],
    [42, /of type number/],
    [["m f=1", 7], /msg\.payload\[1\] is of type number/],
    [Buffer.from([0x6d, 0xff]), /not text in UTF-8/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(payload)}`, () =>
      assert.throws(() => readPayload(payload), message));
  }

  it("finds in a list what it finds in each of its texts", () => {
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 5 }), (texts) => {
        const each = texts.flatMap((one) => readPayload(one).lines);
        assert.deepEqual(readPayload(texts).lines, each);
      }),
    );
  });

  it("accepts only lines that a strict reader finds again, one by one, in a segment that holds them", () => {
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 6 }), (texts) => {
        const sound = readPayload([...texts, "ok f=1 1"]).lines;
        const [record] = packLines(sound, 1_000, 1_000_000);
        const header = { seq: 1, t: 1, lines: sound.length, bytes: record!.payload.length };
        const segment = Buffer.concat([
          segmentHeader(1, 1, "n", "1"),
          recordHeader(header, record!.payload),
          record!.payload,
        ]);
        const whole = parseBody(segment.toString(), "ns", 0n);
        const alone = sound.map((line) => parseBody(line, "ns", 0n));
        assert.deepEqual(
          { points: whole.points, errors: whole.errors },
          {
            points: alone.flatMap(({ points }) => points),
            errors: alone.flatMap(({ errors }) => errors),
          },
        );
        assert.equal(whole.points.length + whole.errors.length, sound.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses no line that a strict reader takes as one point, but for what no text file can carry", () => {
    fc.assert(
      fc.property(odd, (line) => {
        const { points } = parseBody(`${line}\nok f=1 1\n`, "ns", 0n);
        const one = points.length === 2 && points[0]!.line === line && !/[\0\r]/.test(line);
        if (one) assert.equal(lineProblem(line), undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});

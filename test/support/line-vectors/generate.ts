import fc from "fast-check";
import type { Precision } from "../../../demo/simulators/influx/parser";
import type { FieldValue } from "../points";
import type { Body, GivenPoint } from "./vectors";

const SEED = 20_261_127;

const name = fc.oneof(
  fc.constantFrom("m", "cpu", "a b", "a,b", "a=b", 'say "hi"', "é😀", "C:\\x", "#x", "x#"),
  fc.string({ unit: fc.constantFrom(...'ab ,="#é😀\t'), minLength: 1, maxLength: 6 }),
);
/** As a careful writer would; a third of the names is left as it is. */
const escaped = fc
  .tuple(name, fc.integer({ min: 0, max: 2 }))
  .map(([text, raw]) => (raw === 0 ? text : text.replace(/[, =]/g, "\\$&")));
/** Flux reads nothing of a measurement in which `=` was escaped. */
const measurement = name.map((text) => text.replace(/[, ]/g, "\\$&"));
const value = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n).map((number) => `${number}i`),
  fc.bigInt(0n, 2n ** 64n).map((number) => `${number}u`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom("t", "F", "true", "False"),
  fc
    .string({ unit: fc.constantFrom(...'ab ,=\\"é\n'), maxLength: 8 })
    .map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`),
);
const line = fc
  .record({
    measurement,
    tags: fc.array(fc.tuple(escaped, escaped), { maxLength: 3 }),
    fields: fc.array(fc.tuple(escaped, value), { minLength: 1, maxLength: 3 }),
    time: fc.constantFrom("", " 1763802060000000000", " 1763802061000000000", " 0", " -5"),
  })
  .map(
    ({ measurement, tags, fields, time }) =>
      `${measurement}${tags.map(([key, text]) => `,${key}=${text}`).join("")} ` +
      `${fields.map(([key, text]) => `${key}=${text}`).join(",")}${time}`,
  );
/** Something done to a line that was right, or nothing; by whole characters, as half of one has no UTF-8 form. */
const at = (edit: (chars: string[], index: number) => void, position: number) => (text: string) => {
  const chars = [...text];
  edit(chars, position % chars.length);
  return chars.join("");
};
const change = fc.oneof(
  { weight: 2, arbitrary: fc.constant((text: string) => text) },
  fc.nat(200).map((position) => at((chars, index) => chars.splice(index, 1), position)),
  fc.nat(200).map((position) => at((chars, index) => chars.splice(index), position)),
  fc
    .tuple(fc.nat(200), fc.constantFrom(...' ,=\\"\n\r\t#i1'))
    .map(([position, char]) => at((chars, index) => chars.splice(index, 0, char), position)),
);
const body = fc
  .array(
    fc.tuple(line, change).map(([text, to]) => to(text)),
    { minLength: 1, maxLength: 3 },
  )
  .map((lines) => lines.join("\n"))
  // Flux reads these as its own columns, so that the server cannot be asked what it stored.
  .filter((text) => !/[,=](?:table|result|time|_)/.test(text));

/** Bodies that nobody thought of: right ones, and right ones with a slip. */
export function randomBodies(count: number): Body[] {
  const precision = fc.constantFrom<Precision>("ns", "ns", "ns", "us");
  return fc
    .sample(fc.record({ body, precision }), { seed: SEED, numRuns: count })
    .map((given, i) => ({ name: `random ${i}`, ...given }));
}

const AWKWARD = [
  ...[
    "a b",
    "a,b",
    "a=b",
    "a\\b",
    "a\\ b",
    "a\\,b",
    "a\\=b",
    "a\\\\b",
    "a\\",
    "a\\\\",
    "\\a",
    'a"b',
    '"a"',
    '"',
    "'",
  ],
  ...[
    "#a",
    "a#",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\nb",
    "\na",
    "a\n",
    "a\r\nb",
    "a\rb",
    "é",
    "😀",
    "日本語",
    "\u00a0",
    "\0",
    "a\0b",
  ],
  ...[
    "\u007f",
    "\u0085",
    "\u2028",
    "\ud800",
    "a\udc00b",
    ",",
    "=",
    " ",
    ",,",
    "==",
    "a, b = c",
    "null",
    "true",
    "1i",
    "1",
  ],
];

const field: fc.Arbitrary<readonly [FieldValue["type"], string]> = fc.oneof(
  fc.maxSafeInteger().map((number) => ["int", String(number)] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => ["float", String(number)] as const),
  fc.boolean().map((flag) => ["bool", String(flag)] as const),
  fc
    .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...AWKWARD))
    .map((text) => ["string", text] as const),
);
const label = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);

/** Without what the encoder cleans away, so that no two fields become one. */
const bare = (text: string) => text.replace(/[\\\p{Control}]/gu, "");

/** Points for the encoder: every awkward name in every place, and random ones. */
export function givenPoints(count: number): GivenPoint[] {
  const time = "1763802060000000000";
  const awkward = AWKWARD.flatMap((text, i): GivenPoint[] => [
    {
      name: `name ${i}`,
      measurement: "m",
      tags: [["t", text], ...(text.trim() === "" ? [] : ([[`k${text}`, "x"]] as const))],
      fields: [
        ["s", "string", text],
        [`f${text}`, "int", "1"],
      ],
      time,
    },
    { name: `measurement ${i}`, measurement: `m${text}`, tags: [], fields: [["f", "float", "1.5"]], time },
  ]);
  const random = fc.sample(
    fc.record({
      measurement: label,
      tags: fc.uniqueArray(fc.tuple(label, label), { maxLength: 3, selector: ([key]) => key }),
      fields: fc
        .uniqueArray(fc.tuple(label, field), { minLength: 1, maxLength: 4, selector: ([key]) => bare(key) })
        .map((fields) => fields.map(([key, [type, text]]) => [key, type, text] as const)),
      time: fc.constantFrom(time, "0", "-5", "1763802060123456789", null),
    }),
    { seed: SEED, numRuns: count },
  );
  return [...awkward, ...random.map((point, i) => ({ name: `random ${i}`, ...point }))];
}

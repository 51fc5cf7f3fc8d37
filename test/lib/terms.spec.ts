import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type platformClient from "purecloud-platform-client-v2";
import ts from "typescript";
import { FAMILIES, FAMILY_GROUPINGS } from "../../lib/terms/families";
import { GROUP_BY_DIMENSIONS, isTagDimension, NAME_KEYS, nameKeyOf } from "../../lib/terms/dimensions";
import { durationMs, durationText, granularityTag } from "../../lib/terms/durations";
import { isOwnField, typeOfField } from "../../lib/terms/fields";
import { KINDS, POLL_KINDS } from "../../lib/terms/kinds";
import {
  presenceFieldPart,
  ROUTING_STATUSES,
  SYSTEM_PRESENCES,
  systemPresence,
} from "../../lib/terms/presences";
import { isStatistic, type Statistic, STATISTIC_NAMES, STATISTICS } from "../../lib/terms/statistics";
import { CONTROL_TOPICS, controlOf, EVENT_TOPICS } from "../../lib/terms/topics";

const ROOT = join(__dirname, "../..");

/** Elements of an array, or keys of an object. */
interface List {
  readonly file: string;
  readonly sort: "array" | "object";
  readonly texts: readonly string[];
}

/** Rows as Genesys Cloud sends them, for the dialog. */
const SAMPLES = join("line-protocol", "sample.ts");

/** Figures of a log's syncs, which only look like statistics of Genesys. */
const SYNC_FIGURES = join("wal", "segment-writer.ts");

/** The lists of texts in the product's code outside the tables. */
function* listsOutside(): Generator<List> {
  for (const folder of ["lib", "nodes"]) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts") || name.endsWith(".d.ts") || name.startsWith("terms")) continue;
      if (name === SAMPLES || name === SYNC_FIGURES) continue;
      const file = join(folder, name);
      const source = ts.createSourceFile(
        file,
        readFileSync(join(ROOT, file), "utf8"),
        ts.ScriptTarget.ES2022,
      );
      yield* listsOf(source, file);
    }
  }
}

function* listsOf(node: ts.Node, file: string): Generator<List> {
  const sort = ts.isArrayLiteralExpression(node) ? "array" : "object";
  const texts = ts.isArrayLiteralExpression(node)
    ? node.elements.filter(ts.isStringLiteral).map(({ text }) => text)
    : ts.isObjectLiteralExpression(node)
      ? node.properties.flatMap(({ name }) =>
          name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? [name.text] : [],
        )
      : [];
  if (texts.length > 0) yield { file, sort, texts };
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* listsOf(child, file);
}

describe("facts that several rooms share", () => {
  const lists = [...listsOutside()];
  /** So many of a table's words in one list are that table once more. */
  const again = (isOne: (text: string) => boolean, few: number, sorts = ["array", "object"]) =>
    lists
      .filter(({ sort, texts }) => sorts.includes(sort) && new Set(texts.filter(isOne)).size > few)
      .map(({ file, texts }) => `${file}: ${texts.join(", ")}`);

  it("are found in the code at all", () => {
    assert.ok(lists.length > 500, `${lists.length} lists`);
    assert.ok(lists.some(({ texts }) => texts.includes("mediaType")));
  });

  it("hold the only list of statistics", () => assert.deepEqual(again(isStatistic, 2), []));

  it("hold the only lists of presences and routing statuses", () => {
    const words: readonly string[] = [...SYSTEM_PRESENCES, ...ROUTING_STATUSES];
    assert.deepEqual(
      again((text) => words.includes(text), 0),
      [],
    );
  });

  it("hold the only list of dimensions; a query names a few", () =>
    assert.deepEqual(again(isTagDimension, 3, ["array"]), []));

  it("hold the only list of fields with names of their own", () =>
    assert.deepEqual(
      again((text) => isOwnField(text) && !isTagDimension(text), 3, ["array"]),
      [],
    ));

  it("hold the only words of control topics", () => {
    const topics: readonly string[] = Object.values(CONTROL_TOPICS);
    assert.deepEqual(
      again((text) => topics.includes(text), 0),
      [],
    );
  });

  it("hold the only list of events", () =>
    assert.deepEqual(
      again((text) => (EVENT_TOPICS as readonly string[]).includes(text), 2, ["array"]),
      [],
    ));

  it("hold the only list of kinds of polls; where each has its own, the compiler asks for all", () => {
    const partly = lists.filter(({ texts }) => {
      const kinds = texts.filter((text) => text in KINDS).length;
      return kinds > 1 && kinds < POLL_KINDS.length;
    });
    assert.deepEqual(partly, []);
  });
});

describe("statistics", () => {
  it("are those of the official SDK; the compiler names one more or one less", () => {
    let ours = {} as Record<Statistic, number>;
    const sdk: Required<platformClient.Models.StatisticalSummary> = ours;
    ours = sdk;
    assert.equal(ours, sdk);
  });

  it("have a type, and that is the type of their fields", () => {
    for (const name of STATISTIC_NAMES)
      assert.equal(typeOfField(`tWait_${name}`), STATISTICS[name].type, name);
  });

  it("are found at the end of a field's name only", () => {
    assert.equal(typeOfField("count"), undefined);
    assert.equal(typeOfField("oUserPresences_MEAL"), "int");
    assert.equal(typeOfField("tSystemPresence_ON_QUEUE"), "float");
  });
});

describe("dimensions", () => {
  it("of every kind and family may be tags", () => {
    for (const kind of POLL_KINDS)
      for (const dimension of KINDS[kind].groupBy ?? []) assert.ok(isTagDimension(dimension), dimension);
    for (const family of FAMILIES)
      for (const dimension of FAMILY_GROUPINGS[family]) assert.ok(isTagDimension(dimension), dimension);
  });

  it("that are ids have names, which are fields of texts", () => {
    assert.equal(nameKeyOf("wrapUpCode"), "wrapUpName");
    assert.equal(nameKeyOf("direction"), undefined);
    for (const key of NAME_KEYS) assert.equal(typeOfField(key), "string", key);
  });

  it("that say who a customer is, or are one for each conversation, are none", () => {
    for (const name of [
      "ani",
      "dnis",
      "participantName",
      "conversationId",
      "sessionId",
      "externalContactId",
      "toString",
    ])
      assert.equal(isTagDimension(name), false, name);
    assert.ok(GROUP_BY_DIMENSIONS.every(isTagDimension));
  });
});

describe("durations", () => {
  const texts: [given: string, ms: number, shortest: string][] = [
    ["PT1M", 60_000, "PT1M"],
    ["PT60M", 3_600_000, "PT1H"],
    ["PT90M", 5_400_000, "PT90M"],
    ["PT24H", 86_400_000, "P1D"],
    ["P7D", 604_800_000, "P1W"],
    ["P1DT30M", 88_200_000, "PT1470M"],
    ["PT1H0M5S", 3_605_000, "PT1H5S"],
  ];
  for (const [given, ms, shortest] of texts) {
    it(`of ${given} are ${ms} ms, shortest as ${shortest}`, () => {
      assert.equal(durationMs(given), ms);
      assert.equal(durationText(ms), shortest);
      assert.equal(durationMs(shortest), ms);
    });
  }

  for (const wrong of ["", "P", "PT", "PT0M", "P1M", "P1Y", "pt30m", "PT30M ", "P1DT", 30, null, undefined])
    it(`are not read from ${JSON.stringify(wrong)}`, () => assert.equal(durationMs(wrong), undefined));

  it("with a zone are told apart from those in UTC", () => {
    assert.equal(granularityTag("PT24H", "Europe/Berlin"), "P1D@Europe/Berlin");
    assert.equal(granularityTag("PT24H", "UTC"), "P1D");
    assert.equal(granularityTag("P1M", undefined), "P1M");
  });
});

describe("presences", () => {
  for (const [name, part] of [
    ["Coffee break", "Coffee_break"],
    ["Übergabe / Team 3", "Übergabe_Team_3"],
    ["休憩", "休憩"],
    [" - ", "UNMAPPED"],
  ] as const)
    it(`called ${JSON.stringify(name)} are ${part} in a field's name`, () =>
      assert.equal(presenceFieldPart(name), part));

  it("of the system are spelt as analytics spells them", () =>
    assert.deepEqual(["OnQueue", "On Queue", "AWAY"].map(systemPresence), ["ON_QUEUE", "ON_QUEUE", "AWAY"]));
});

describe("topics", () => {
  it("give an order, or none", () => {
    for (const [control, topic] of Object.entries(CONTROL_TOPICS)) assert.equal(controlOf(topic), control);
    for (const other of ["wal/drop-all", "pause", "", undefined, 5])
      assert.equal(controlOf(other), undefined);
  });
});

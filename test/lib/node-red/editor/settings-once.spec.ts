import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import type { Setting, SettingsTable } from "../../../../lib/node-red/settings-table";
import { durationMs } from "../../../../lib/terms/durations";
import { helpOf, languages, load, nodeTypes, read, root, textsOf } from "./files";

/** A number that the code gives to a name: `lookback = 2`, `timeoutMs: 30_000`. */
interface Given {
  readonly file: string;
  readonly name: string;
  readonly value: number;
}

/** How a setting's value is written in the code, by its unit. */
const FACTORS: Readonly<Record<string, readonly number[]>> = {
  s: [1, 1_000],
  h: [1, 3_600_000],
  days: [1, 86_400_000],
  MB: [1, 1_000_000, 1_048_576],
};
/** What such a name may have at its end. */
const UNIT = /(?:Ms|S|Bytes|Hours|Days)$/;
/** The look-back of a family is a fact of its own, which the table of settings leaves blank. */
const FAMILIES = join("lib", "genesys", "families", "table.ts");

/** Lengths of buckets that are facts of their own, and the same by chance, beside the one place of the setting's. */
const OWN_LENGTHS = new Set([
  "lib/terms/queries.ts",
  "lib/genesys/families/table.ts",
  "lib/genesys/push/interval-totals.ts",
  "lib/line-protocol/sample.ts",
]);

/** The product's code without tables of settings, each file with its text. */
function* sourceFiles(): Generator<[file: string, text: string]> {
  for (const folder of ["lib", "nodes"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      const file = join(folder, name);
      if (name.endsWith(".ts") && !name.endsWith("settings.ts"))
        yield [file, readFileSync(join(root, file), "utf8")];
    }
  }
}

function* numbersGiven(): Generator<Given> {
  for (const [file, text] of sourceFiles()) {
    if (file === FAMILIES) continue;
    yield* givenIn(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true), file);
  }
}

function* givenIn(node: ts.Node, file: string): Generator<Given> {
  if (
    (ts.isPropertyAssignment(node) ||
      ts.isBindingElement(node) ||
      ts.isParameter(node) ||
      ts.isPropertyDeclaration(node) ||
      ts.isVariableDeclaration(node)) &&
    node.initializer &&
    ts.isIdentifier(node.name)
  ) {
    const value = numberOf(node.initializer);
    if (value !== undefined) yield { file, name: node.name.text.replace(UNIT, ""), value };
  }
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* givenIn(child, file);
}

/** The value of a number, or of a product of numbers. */
function numberOf(node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskToken)
    return undefined;
  const [left, right] = [numberOf(node.left), numberOf(node.right)];
  return left !== undefined && right !== undefined ? left * right : undefined;
}

/** The numbers of a setting, in each way in which the code may write them; 0 and 1 mean other things too. */
function numbersOf(setting: Setting): Set<number> {
  if (setting.kind === "duration") return new Set([durationMs(setting.blank) ?? 0]);
  if (setting.kind !== "number") return new Set();
  const { default: usual, min, max, unit = "" } = setting;
  const factors = FACTORS[unit] ?? [1];
  const all = [usual, min, max].flatMap((value) => factors.map((factor) => (value ?? 0) * factor));
  return new Set(all.filter((value) => value > 1));
}

const settingsOf = (type: string): [property: string, setting: Setting][] =>
  Object.entries(load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS);

describe("numbers of settings", () => {
  const given = [...numbersGiven()];

  it("are found in the code at all", () => {
    assert.ok(given.length > 300, `${given.length} numbers`);
    assert.ok(given.some(({ name }) => name === "RATE_PER_MINUTE"));
  });

  it("and lengths of buckets that a blank stands for are written once", () => {
    const blanks = nodeTypes
      .flatMap(settingsOf)
      .flatMap(([, it]) => (it.kind === "duration" && it.blank ? [it.blank] : []));
    assert.ok(blanks.length > 0);
    const again = [...sourceFiles()].filter(
      ([file, text]) =>
        !OWN_LENGTHS.has(file.split(sep).join("/")) && blanks.some((blank) => text.includes(`"${blank}"`)),
    );
    assert.deepEqual(
      again.map(([file]) => file),
      [],
    );
  });

  for (const type of nodeTypes) {
    it(`of ${type} stand in its table only`, () => {
      const again = settingsOf(type).flatMap(([property, setting]) => {
        const numbers = numbersOf(setting);
        return given.filter(({ name, value }) => name === property && numbers.has(value));
      });
      assert.deepEqual(again, []);
    });
  }

  for (const type of nodeTypes) {
    it(`of ${type} are right where help and placeholders say them`, () => {
      for (const language of languages) {
        const help = helpOf(type, language);
        const texts = textsOf(type, language);
        for (const [property, setting] of settingsOf(type)) {
          const words = new RegExp(`property-type">${property}, [^]*?</dd>`).exec(help)?.[0] ?? "";
          if (setting.kind === "number")
            for (const [, from, to] of words.matchAll(/(\d+)\s?(?:to|bis|〜)\s?(\d+)/g))
              assert.deepEqual(
                [Number(from), Number(to)],
                [setting.min, setting.max],
                `${language} ${property}`,
              );
          if (setting.kind !== "duration" || !setting.blank) continue;
          const [, blank] = /(?:Blank: |Leer: |空欄の場合は)<code>(\w+)<\/code>/.exec(words) ?? [];
          assert.equal(blank, setting.blank, `${language} ${property}`);
          assert.equal(texts.get(`placeholder.${property}`), setting.blank, `${language} ${property}`);
        }
      }
    });
  }

  it("are right where the documents say them", () => {
    const usual = new Map<string, number[]>();
    for (const [property, setting] of nodeTypes.flatMap(settingsOf)) {
      if (setting.kind !== "number" || setting.default === undefined) continue;
      usual.set(property, [...(usual.get(property) ?? []), setting.default]);
    }
    let said = 0;
    for (const document of ["README.md", "ops/README.md", "ops/runbook.md", "docs/SECURITY.md"])
      for (const [, property = "", number] of read(document).matchAll(/`(\w+)`(?:,| \() ?(\d+)/g)) {
        if (!usual.has(property)) continue;
        said++;
        assert.ok(usual.get(property)!.includes(Number(number)), `${document}: ${property} ${number}`);
      }
    assert.ok(said > 2);
  });
});

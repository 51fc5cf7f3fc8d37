import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";
import type { Setting, SettingsTable } from "../../../../lib/node-red/settings-table";
import { durationMs } from "../../../../lib/terms/durations";
import { load, nodeTypes, root } from "./files";

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

describe("numbers of settings", () => {
  const given = [...numbersGiven()];

  it("are found in the code at all", () => {
    assert.ok(given.length > 300, `${given.length} numbers`);
    assert.ok(given.some(({ name }) => name === "RATE_PER_MINUTE"));
  });

  it("and lengths of buckets that a blank stands for are written once", () => {
    const blanks = nodeTypes.flatMap((type) =>
      Object.values(load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS).flatMap((it) =>
        it.kind === "duration" && it.blank ? [it.blank] : [],
      ),
    );
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
      const { SETTINGS } = load<{ SETTINGS: SettingsTable }>("nodes", type, "settings");
      const again = Object.entries(SETTINGS).flatMap(([property, setting]) => {
        const numbers = numbersOf(setting);
        return given.filter(({ name, value }) => name === property && numbers.has(value));
      });
      assert.deepEqual(again, []);
    });
  }
});

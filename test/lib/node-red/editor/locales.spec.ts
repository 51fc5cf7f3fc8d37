import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { FAILURE_KINDS } from "../../../../lib/genesys";
import { METRIC_CATALOGUE } from "../../../../lib/genesys/browser";
import { CONNECTION_FAULTS } from "../../../../lib/influx/test-connection";
import type { SettingsTable } from "../../../../lib/node-red/settings-table";
import { definitionOf } from "./definition";
import { dialogOf, helpOf, languages, load, nodeTypes, read, root, textsOf } from "./files";

const placeholders = (text: string): string[] => (text.match(/__[A-Za-z]+__/g) ?? []).sort();

describe("texts", () => {
  for (const type of nodeTypes) {
    it(`of ${type} are there in every language, with the same values to fill in`, () => {
      const english = textsOf(type, "en-US");
      for (const language of languages) {
        const texts = textsOf(type, language);
        assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), language);
        for (const [key, text] of texts) {
          assert.notEqual(text.trim(), "", `${language} ${key}`);
          // Node-RED fills in __name__; {{name}} would be shown as it is.
          assert.doesNotMatch(text, /\{\{/, `${language} ${key}`);
          assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ""), `${language} ${key}`);
        }
      }
    });

    it(`of ${type} hold all that its dialog and code ask for`, () => {
      const texts = textsOf(type, "en-US");
      const page = dialogOf(type);
      const asked = [...page.matchAll(new RegExp(`${type}\\.([\\w.-]+)`, "g"))].map(([, key]) => key ?? "");
      const script = read("nodes", type, "editor.ts");
      for (const [, key] of script.matchAll(/\btext\("([\w.-]+)"/g)) asked.push(key ?? "");
      for (const file of readdirSync(join(root, "nodes", type)).filter((name) =>
        /^(?!editor).*\.ts$/.test(name),
      )) {
        const code = read("nodes", type, file);
        for (const [, key] of code.matchAll(new RegExp(`${type}\\.(status\\.[\\w-]+)["\`]`, "g")))
          asked.push(key ?? "");
        // A missing one would put its bare key into the log, in place of the reason.
        for (const [, choice] of code.matchAll(/#text\(([^()]*), "log"/g))
          for (const [, key] of (choice ?? "").matchAll(/"(\w+)"/g)) asked.push(`log.${key}`);
      }
      assert.ok(asked.length > 0);
      assert.deepEqual(
        asked.filter((key) => !texts.has(key)),
        [],
      );
    });
  }

  it("are there in the languages of the tests, and in no other", () => {
    for (const type of nodeTypes)
      assert.deepEqual(readdirSync(join(root, "nodes", type, "locales")).sort(), [...languages].sort(), type);
    assert.deepEqual(readdirSync(join(root, "lib/node-red/poll/help")).sort(), [...languages].sort());
  });

  it("call the same status the same in every node that asks Genesys Cloud", () => {
    const own = new Set(["genesys-analytics-poll status.notFound", "genesys-live status.polling"]);
    for (const language of languages) {
      const words = textsOf("genesys-queue-poll", language);
      for (const type of ["genesys-agent-poll", "genesys-analytics-poll", "genesys-live"])
        for (const [key, text] of textsOf(type, language))
          if (key.startsWith("status.") && words.has(key) && !own.has(`${type} ${key}`))
            assert.equal(text, words.get(key), `${type}, ${language}: ${key}`);
    }
  });

  it("that dialogs share name every metric, and what kind and unit it is of", () => {
    const texts = textsOf("genesys-config", "en-US");
    // Those of agents by interval are asked all together: no picker has them.
    for (const { name, family } of METRIC_CATALOGUE.filter(({ query }) => query !== "agent-aggregates"))
      for (const key of [`metric.${name}`, `family.${family}`, `unit.${family}`])
        assert.ok(texts.has(`shared.${key}`), key);
  });

  it("that dialogs share hold all that the shared code asks for", () => {
    const texts = textsOf("genesys-config", "en-US");
    const asked = readdirSync(join(root, "lib/node-red/editor")).flatMap((file) =>
      [...read("lib/node-red/editor", file).matchAll(/shared\("([\w.]+)"/g)].map(
        ([, key]) => `shared.${key}`,
      ),
    );
    assert.ok(asked.length > 10);
    assert.deepEqual(
      asked.filter((key) => !texts.has(key)),
      [],
    );
  });
});

/** What fills a status at its widest; `rows` of a poll are told with the limit that they use, which takes more. */
const WIDEST: Readonly<Record<string, string>> = {
  lines: "12.3k",
  unchanged: "12.3k",
  rows: "999",
  series: "99999",
  next: "15m",
  age: "47h",
  time: "14:03:10",
  percent: "100",
  channels: "20",
  rate: "99",
  covered: "1000",
  wanted: "1000",
  ms: "999",
  seconds: "900",
  status: "503",
};

describe("statuses", () => {
  for (const language of languages)
    it(`fit under a node: ${language}`, () => {
      const long = nodeTypes.flatMap((type) =>
        [...textsOf(type, language)]
          .filter(([key]) => key.startsWith("status.") && key !== "status.rows")
          .map(([, text]) =>
            text.replace(/__(\w+?)__/g, (_, name: string) => WIDEST[name] ?? assert.fail(name)),
          )
          .filter((text) => text.length > 20)
          .map((text) => `${type}: ${text}`),
      );
      assert.deepEqual(long, []);
    });
});

describe("connection tests", () => {
  it("have a sentence for everything that can be wrong", () => {
    const texts = { genesys: textsOf("genesys-config", "en-US"), influx: textsOf("influx-config", "en-US") };
    for (const kind of FAILURE_KINDS) assert.ok(texts.genesys.has(`fault.${kind}`), kind);
    for (const fault of CONNECTION_FAULTS) assert.ok(texts.influx.has(`fault.${fault}`), fault);
    const codes = [...read("lib/node-red/admin/route.ts").matchAll(/readonly code: ([^;]*);/g)][0]?.[1] ?? "";
    for (const [, code] of codes.matchAll(/"(\w+)"/g))
      assert.ok(texts.genesys.has(`shared.problem.${code}`), code);
  });
});

/** The choices that a help explains one by one; families have a table of their own in the README. */
const choicesOf = (type: string): [string, string][] =>
  Object.entries(load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS).flatMap(
    ([property, setting]) =>
      setting.kind === "choice" && property !== "family"
        ? setting.choices.map((choice): [string, string] => [property, choice])
        : [],
  );

describe("help", () => {
  for (const type of nodeTypes) {
    for (const language of languages) {
      it(`of ${type} names every property, choice and status, in ${language}`, async () => {
        const help = helpOf(type, language);
        const texts = textsOf(type, language);
        const { defaults, credentials } = await definitionOf(type);
        const properties = [...defaults, ...credentials].filter((property) => property !== "version");
        for (const property of properties) {
          assert.match(help, new RegExp(`class="property-type">${property}, `), property);
          assert.ok(help.includes(`<dt>${texts.get(`label.${property}`)} <`), `label of ${property}`);
        }
        for (const [property, choice] of choicesOf(type))
          assert.ok(help.includes(choice), `${property}: ${choice}`);
        const statuses = [
          ...(help.split(/<h3>(?:Status|Zustand|ステータス|状態)/)[1] ?? "").matchAll(/<dt>(.*?)<\/dt>/g),
        ];
        assert.equal(new Set(statuses.map(([, status]) => status)).size, statuses.length, "a status twice");
        for (const [key, text] of texts) {
          if (!key.startsWith("status.")) continue;
          assert.ok(help.includes(`<dt>${text.replace(/__\w+?__/g, "n")}</dt>`), `${key}: ${text}`);
        }
      });
    }

    it(`of ${type} has the style guide's form`, () => {
      for (const language of languages) {
        const help = helpOf(type, language);
        assert.match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">\n<p>`));
        assert.doesNotMatch(help, /<(b|i|strong|em)>|\[!/);
        if (type.endsWith("-config")) continue;
        const headings = [...help.matchAll(/<h3>(.*?)<\/h3>/g)].length;
        assert.ok(headings >= 5, `${language}: ${headings} headings`);
      }
    });
  }
});

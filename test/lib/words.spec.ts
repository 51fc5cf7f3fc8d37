import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { helpOf, languages, nodeTypes, read, root, textsOf } from "./node-red/editor/files";

type Language = (typeof languages)[number];

/** All that people read in a language: catalogues and help, and in English the documents too. */
function pagesOf(language: Language): [where: string, text: string][] {
  const nodes = nodeTypes.flatMap((type): [string, string][] => [
    [`${type}.html`, helpOf(type, language)],
    [`${type}.json`, [...textsOf(type, language).values()].join("\n")],
  ]);
  if (language !== "en-US") return nodes;
  const documents = ["README.md", ...["docs", "ops"].flatMap(markdownIn)];
  return [...nodes, ...documents.map((path): [string, string] => [path, read(path)])];
}

const markdownIn = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `${folder}/${file}`);

/** The code that words the log. */
const sources = (): string[] =>
  ["lib", "nodes"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => read(folder, file)),
  );

/** Words that users stumbled over, and those that took their place. */
const STUMBLED: Readonly<Record<Language, { never: readonly RegExp[]; instead: readonly string[] }>> = {
  "en-US": {
    never: [
      /not a line lost/,
      /What is wrong with either/,
      /\bmend(?:s|ed)?\b/,
      /\b(?:queues|agents) live\b(?! and by)/,
      /\bpart: \d|% rate\b|no outcome, /,
      /Group by also|at most \((?:h|MB)\)/,
      /What it costs|Polled every/,
      /never grow too old/,
      /speaks its language/,
      /You may not do this/,
      /Shown on the workspace/,
      /says of each message/,
      /batches had failed/,
      /(?<![Ss]ource )tutorial/,
      /no genesys config/,
      // Outside the user directory this would ask the registry for a package that nobody owns.
      /npx genesys-wal/,
    ],
    instead: [
      "each line kept on disk until InfluxDB confirms it",
      "Also group by",
      "Backfill limit (h)",
      "Maximum size (MB)",
      "Maximum age (h)",
      "0 keeps lines however old they are.",
      "Deploy once to load the list; until then type names or ids.",
      "InfluxDB __version__ or compatible",
      "Server reached",
      "Your Node-RED user is not allowed to do this.",
      "Label in the flow; blank: made from the settings.",
      "incomplete: __rows__ rows",
      "__rows__ rows, __used__ % of limit",
      "check wires, __lines__",
      "set client id",
      "set URL",
    ],
  },
  de: {
    never: [
      /keine Verbindung(?! gewählt| zu | mit)/,
      /höchstens \((?:h|MB)\)/,
      /Dieses Flows|Aller Flows/,
      /was die Einstellungen besagen/,
      /jede Nachricht fragt(?! den Zustand)/,
      /sonst der der/,
      /eine Anfrage zur Zeit|\bn gehalten|erneut, |Teil: |Zeitlimit<\/dt>/,
      /Warteschlange/,
      /des Tutorials|Knoten/,
      /\bDivisions\b/,
    ],
    instead: [
      "Konfiguration fehlt",
      "Maximale Größe (MB)",
      "Maximales Alter (h)",
      "Höchstens nachholen (h)",
      "Nur dieser Flow",
      "Alle Flows",
      "Name im Flow; leer: aus den Einstellungen gebildet.",
      "jede Nachricht löst eine Abfrage aus",
      "sonst der Bucket der Verbindung",
      "immer nur eine Anfrage",
      "__lines__ wartend",
      "unvollständig: __rows__",
      "Zeitüberschreitung",
      "Dateien, Abgewiesenes",
    ],
  },
  ja: {
    never: [
      /接続なし/,
      /倍増/,
      /終わらせてください/,
      /越えて失いません/,
      /読み飛ば/,
      /毎月__/,
      /(?<!元の)チュートリアル/,
      // Genesys's intervals have one name, and InfluxDB's buckets keep theirs.
      /区間(?!別)|バケットの長さ/,
    ],
    instead: [
      "接続が未設定",
      "組み合わせの数だけ系列が増えます",
      "URLに?や#以降を含めないでください",
      "障害・再起動・停電があっても失われません",
      "スキップし、件数を記録します",
      "1か月あたり__calls__リクエスト",
    ],
  },
};

describe("words", () => {
  for (const language of languages)
    it(`that people stumbled over are gone, and better ones are there: ${language}`, () => {
      const pages = pagesOf(language);
      const found = pages.flatMap(([where, text]) =>
        STUMBLED[language].never.flatMap((words) => {
          const [match] = words.exec(text) ?? [];
          return match === undefined ? [] : [`${where}: ${match}`];
        }),
      );
      assert.deepEqual(found, []);
      const missing = STUMBLED[language].instead.filter(
        (words) => !pages.some(([, text]) => text.includes(words)),
      );
      assert.deepEqual(missing, []);
    });

  for (const language of languages)
    it(`that texts quote are those of a dialog or the log: ${language}`, () => {
      const said = nodeTypes.flatMap((type) => [...textsOf(type, language).values()]);
      const code = sources();
      const quoted = pagesOf(language)
        .filter(([where]) => !where.endsWith(".md"))
        .flatMap(([where, text]) =>
          [...text.matchAll(QUOTES[language])].map(([, words]) => [where, words!] as const),
        );
      assert.ok(quoted.length > 3);
      const unknown = quoted.filter(
        ([, words]) =>
          // What is filled in stands for what a user typed or chose.
          !/__\w+__|=/.test(words) &&
          !said.some((text) => text.startsWith(words)) &&
          !code.some((text) => text.includes(words)),
      );
      assert.deepEqual(unknown, []);
    });

  it("in italics among the README's remedies are those of a dialog or the log", () => {
    const [, table] = /## When something is red\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
    const remedies = [...table!.matchAll(/^\| \*.*?\* .*?\| (.*) \|$/gm)].map(([, remedy]) => remedy!);
    assert.ok(remedies.length > 30, String(remedies.length));
    const said = [...nodeTypes.flatMap((type) => [...textsOf(type, "en-US").values()]), ...sources()];
    const quoted = remedies.flatMap((text) => [...text.matchAll(/\*([^*]+)\*/g)].map(([, words]) => words!));
    assert.ok(quoted.length > 3);
    assert.deepEqual(
      quoted.filter((words) => !said.some((text) => text.includes(words))),
      [],
    );
  });
});

const QUOTES: Readonly<Record<Language, RegExp>> = {
  "en-US": /“(.+?)”/g,
  de: /„(.+?)“/g,
  ja: /「(.+?)」/g,
};

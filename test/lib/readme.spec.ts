import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "../../demo/examples";
import { FAILURE_KINDS } from "../../lib/genesys";
import { SettingsError } from "../../lib/node-red/settings";
import type { SettingsTable } from "../../lib/node-red/settings-table";
import { NAME_KEYS } from "../../lib/terms/dimensions";
import { OWN_FIELD_NAMES } from "../../lib/terms/fields";
import { KINDS } from "../../lib/terms/kinds";
import { CONTROL_TOPICS, EVENT_TOPICS } from "../../lib/terms/topics";
import { LogFullError } from "../../lib/wal/space";
import { READY_QUERIES } from "../../ops/queries/ready";
import { statusesOf } from "../support/statuses";
import { helpOf, languages, load } from "./node-red/editor/files";

const root = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");
const nodes = readdirSync(join(root, "nodes"));

describe("README", () => {
  it("says first what the package is for, and promises no more than it holds", () => {
    const [, , first] = readme.split("\n");
    assert.match(first!, /each line kept on disk until InfluxDB confirms it\.$/);
  });

  it("names every node and every example", () => {
    for (const name of [...nodes, ...Object.keys(EXAMPLES)]) assert.ok(readme.includes(`\`${name}\``), name);
  });

  it("names each node as the palette does", () => {
    const rows = nodes.map((type) => {
      const catalogue = JSON.parse(read(`nodes/${type}/locales/en-US/${type}.json`)) as Record<
        string,
        { palette?: string }
      >;
      return `| \`${type}\` | ${catalogue[type]?.palette ?? "(config)"} |`;
    });
    assert.deepEqual(
      rows.filter((row) => !readme.includes(row)),
      [],
    );
  });

  it("demands the permissions that the help of the connection names, and no other", () => {
    const permissions = (text: string) => [...new Set(text.match(/\b[a-z]+:\w+:view\b/g))].sort();
    const [, table] = /\| For \| The OAuth client's role needs \|\n([\s\S]*?)\n\n/.exec(readme) ?? [];
    for (const language of languages)
      assert.deepEqual(permissions(helpOf("genesys-config", language)), permissions(table!), language);
  });

  it("says of every status what to do", () => {
    const missing = nodes.flatMap((type) =>
      statusesOf(type)
        .filter((text) => !readme.includes(`*${text}*`))
        .map((text) => `${type}: ${text}`),
    );
    assert.deepEqual(missing, []);
  });

  it("and the help of the buffer name every topic", () => {
    const help = languages.map((language) => helpOf("wal-buffer", language));
    for (const text of [readme, ...help])
      for (const topic of Object.values(CONTROL_TOPICS)) assert.ok(text.includes(topic), topic);
    for (const text of help)
      for (const topic of EVENT_TOPICS) assert.ok(text.includes(`<code>${topic}</code>`), topic);
  });

  it("has every error code of the writer", () => {
    const files = ["lib/influx", "lib/http", "nodes/influx-batch-write"].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => read(`${folder}/${file}`)),
    );
    const codes = files.flatMap((text) => [
      ...[...text.matchAll(/(?:code: |_CODE = )"([a-z-]+)"/g)].map(([, code]) => code!),
      ...[...text.matchAll(/"(proxy-[a-z]+)"/g)].map(([, code]) => code!),
    ]);
    // What was written is no error.
    const wanted = [...new Set(codes)].filter((code) => code !== "written");
    assert.ok(wanted.length > 15, wanted.join());
    assert.deepEqual(
      wanted.filter((code) => !readme.includes(`\`${code}\``)),
      [],
    );
  });

  it("has every error code of the other nodes: of settings, of the log, of Genesys", () => {
    const missing = [new SettingsError([]).code, new LogFullError("").code, ...FAILURE_KINDS].filter(
      // An aborted call is that of a node that is closing.
      (code) => code !== "aborted" && !readme.includes(`\`${code}\``),
    );
    assert.deepEqual(missing, []);
  });

  it("and docs/figures.md name every measurement and field, docs/SECURITY.md all that is about agents", () => {
    const [figures, security] = [read("docs/figures.md"), read("docs/SECURITY.md")];
    const places = { "README.md": readme, "docs/figures.md": figures };
    for (const { measurement, about } of Object.values(KINDS)) {
      if (!measurement) continue;
      for (const [file, text] of Object.entries(places))
        assert.ok(text.includes(`\`${measurement}\``), `${file}: ${measurement}`);
      if (about === "agents") assert.ok(security.includes(`\`${measurement}\``), measurement);
    }
    for (const field of OWN_FIELD_NAMES.filter((name) => !NAME_KEYS.includes(name)))
      assert.ok(readme.includes(`\`${field}\``) || figures.includes(`\`${field}\``), field);
  });

  it("names every environment variable", () => {
    const tables = nodes.flatMap((type) =>
      Object.values(load<{ SETTINGS: SettingsTable }>("nodes", type, "settings").SETTINGS),
    );
    const variables = new Set(tables.flatMap((it) => ("env" in it && it.env ? [it.env] : [])));
    assert.equal(variables.size, 8, [...variables].join(", "));
    for (const name of variables) assert.ok(readme.includes(`\`${name}\``), name);
  });

  it("has every ready query as it is tested", () => {
    for (const { influxql, sql } of READY_QUERIES)
      for (const query of [influxql, sql]) assert.ok(readme.includes(`\`${query}\``), query);
  });

  it("links to files that are there and are shipped with it", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    const documents = ["README.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)];
    for (const document of documents.filter((file) => file.endsWith(".md"))) {
      const targets = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) =>
        join(document, "..", decodeURIComponent(path!)),
      );
      for (const path of targets) {
        assert.ok(existsSync(join(root, path)), `${document}: ${path}`);
        if (document === "README.md")
          assert.ok(
            files.some((shipped) => path === shipped || path.startsWith(`${shipped}/`)),
            path,
          );
      }
    }
  });

  it("and the other documents name only files and folders that are there", () => {
    for (const document of ["docs/ARCHITECTURE.md", "docs/CONTRIBUTING.md"]) {
      const paths = [...read(document).matchAll(/`((?:lib|nodes|demo|test|ops|docs)\/[\w./-]+)`/g)].map(
        ([, path]) => path!,
      );
      assert.ok(paths.length > 5);
      for (const path of paths) assert.ok(existsSync(join(root, path)), `${document}: ${path}`);
    }
  });
});

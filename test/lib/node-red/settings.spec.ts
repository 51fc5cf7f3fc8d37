import assert from "node:assert/strict";
import type { Node, NodeAPI } from "node-red";
import { SettingsError, SettingsReader } from "../../../lib/node-red/settings";

/** Only what the reader uses of Node-RED: the look-up of environment variables. */
function reader(environment: Record<string, string> = {}) {
  const RED = {
    util: { getSetting: (_node: unknown, name: string) => environment[name] },
  } as unknown as NodeAPI;
  return new SettingsReader(RED, {} as Node);
}

describe("settings of a node", () => {
  it("prefers the setting, then its environment variable", () => {
    const settings = reader({ INFLUX_ORG: " acme " });
    assert.equal(settings.text("org", "mine", { env: "INFLUX_ORG" }), "mine");
    assert.equal(settings.text("org", "  ", { env: "INFLUX_ORG" }), "acme");
    settings.check();
  });

  it("names everything that is missing, with its variable, at once", () => {
    const settings = reader();
    settings.text("org", "", { env: "INFLUX_ORG", required: true });
    settings.url("url", undefined, { env: "INFLUX_URL", required: true });
    assert.throws(
      () => settings.check(),
      (error: unknown) =>
        error instanceof SettingsError &&
        /org is not set.*INFLUX_ORG/.test(error.message) &&
        /url is not set.*INFLUX_URL/.test(error.message) &&
        error.brief === "org: INFLUX_ORG" &&
        error.problems.map(({ setting }) => setting).join() === "org,url",
    );
  });

  for (const [value, expected] of [
    ["12", 12],
    [0.5, 0.5],
    ["", 30],
    [undefined, 30],
  ] as const) {
    it(`reads the number ${JSON.stringify(value)}`, () => {
      const settings = reader();
      assert.equal(settings.number("timeout", value, { fallback: 30, min: 0 }), expected);
      settings.check();
    });
  }

  for (const [what, read, expected] of [
    [
      "a number out of range",
      (s: SettingsReader) => s.number("timeout", 0, { fallback: 1, min: 1, max: 9, unit: "s" }),
      /timeout is 0 s: use 1 to 9 s/,
    ],
    [
      "a number that is a word",
      (s: SettingsReader) => s.number("timeout", "soon", { fallback: 1 }),
      /timeout is "soon"/,
    ],
    [
      "a fraction for a count",
      (s: SettingsReader) => s.number("window", 1.5, { fallback: 1, integer: true }),
      /window is 1.5.*whole/,
    ],
    [
      "an unknown choice",
      (s: SettingsReader) => s.choice("query", "totals", ["details", "live"]),
      /query is "totals": use details, live/,
    ],
    [
      "a list of numbers",
      (s: SettingsReader) => s.list("queues", [1]),
      /queues is a list, not a list of texts/,
    ],
    ["a URL without scheme", (s: SettingsReader) => s.url("url", "localhost:8086"), /url is not a URL/],
    ["an object for a text", (s: SettingsReader) => s.text("org", {}), /org is an object/],
    ["a word for a flag", (s: SettingsReader) => s.flag("gzip", "maybe"), /gzip is "maybe"/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const settings = reader();
      read(settings);
      assert.throws(() => settings.check(), expected);
    });
  }

  it("does not repeat a password that was put into a URL", () => {
    const settings = reader();
    settings.url("url", "https://user:s3cret@influx.example");
    assert.throws(
      () => settings.check(),
      (error: Error) =>
        /url holds a user name or password/.test(error.message) && !error.message.includes("s3cret"),
    );
  });

  it("takes lists as arrays, JSON and separated text", () => {
    const settings = reader();
    assert.deepEqual(settings.list("queues", ["a", " b ", "", "a"]), ["a", "b"]);
    assert.deepEqual(settings.list("queues", '["Sales, EU","b"]'), ["Sales, EU", "b"]);
    assert.deepEqual(settings.list("queues", "a, b\nc"), ["a", "b", "c"]);
    assert.deepEqual(settings.list("queues", "[VIP] Sales"), ["[VIP] Sales"]);
    settings.check();
  });
});

import assert from "node:assert/strict";
import type { Node, NodeAPI } from "node-red";
import { type ConfigNode, SettingsError, SettingsReader } from "../../../lib/node-red/settings";
import * as setting from "../../../lib/node-red/settings-table";

/** Only what the reader uses of Node-RED: environment variables, texts and other nodes. */
function reader(environment: Record<string, string> = {}, nodes: Record<string, Partial<ConfigNode>> = {}) {
  const RED = {
    util: { getSetting: (_node: unknown, name: string) => environment[name] },
    nodes: { getNode: (id: string) => nodes[id] ?? null },
    _: (key: string) => key,
  } as unknown as NodeAPI;
  return new SettingsReader(RED, { type: "some-node" } as Node);
}

/** Reads one setting of a table of one. */
function readOne<S extends setting.Setting>(settings: SettingsReader, name: string, kind: S, value: unknown) {
  return settings.read({ [name]: kind }, { [name]: value })[name];
}

const INFLUX = {
  url: setting.url({ env: "INFLUX_URL", required: true }),
  org: setting.text({ env: "INFLUX_ORG", required: { unless: { auth: "none" } } }),
  auth: setting.choice("token", "none"),
  token: setting.credential({ input: "password", env: "INFLUX_TOKEN", required: true }),
};

describe("settings of a node", () => {
  it("prefers the setting, then its environment variable", () => {
    const settings = reader({ INFLUX_ORG: " acme " });
    assert.equal(readOne(settings, "org", INFLUX.org, "mine"), "mine");
    assert.equal(readOne(settings, "org", INFLUX.org, "  "), "acme");
    settings.check();
  });

  it("names everything that is missing, with its variable, at once", () => {
    const settings = reader();
    settings.read(INFLUX, {}, { token: "t" });
    assert.throws(
      () => settings.check(),
      (error: unknown) =>
        error instanceof SettingsError &&
        /org is not set.*INFLUX_ORG/.test(error.message) &&
        /url is not set.*INFLUX_URL/.test(error.message) &&
        error.brief === "some-node.status.missing.url" &&
        error.problems.map((problem) => problem.setting).join() === "url,org",
    );
  });

  it("does not ask for what another setting makes needless", () => {
    const settings = reader();
    settings.read(INFLUX, { url: "http://db:8086", auth: "none" }, { token: "t" });
    settings.check();
  });

  it("takes credentials from where Node-RED keeps them", () => {
    const settings = reader();
    const { token } = settings.read(INFLUX, { url: "http://db", org: "o", token: "no" }, { token: " yes " });
    settings.check();
    assert.equal(token, "yes");
  });

  it("leaves a variable that the node asks for itself", () => {
    const settings = reader({ GENESYS_ENV_ID: "production" });
    const environment = setting.text({ env: "GENESYS_ENV_ID", envLate: true });
    assert.equal(readOne(settings, "environment", environment, ""), "");
    assert.equal(settings.variable(environment), "production");
  });

  describe("that name a config node", () => {
    const influx = setting.node("influx-config");

    it("say which is missing", () => {
      const settings = reader();
      const { influx: id } = settings.read({ influx }, { influx: "_ADD_" });
      assert.throws(() => settings.configNode(influx, "influx", id), /influx is not set: choose one/);
      assert.throws(
        () => reader().configNode(influx, "influx", "gone"),
        /influx names a node that does not exist/,
      );
    });

    it("hand on what is wrong with it, as told already", () => {
      const problem = new SettingsError([
        { setting: "token", message: "token is not set", brief: "set token" },
      ]);
      const settings = reader({}, { db: { type: "influx-config", name: "main", problem } });
      assert.throws(
        () => settings.configNode(influx, "influx", "db"),
        (error: SettingsError) =>
          error.message === 'influx-config "main": token is not set' &&
          error.brief === "set token" &&
          error.problems[0]?.logged === true,
      );
    });
  });

  for (const [value, expected] of [
    ["12", 12],
    [0.5, 0.5],
    ["", 30],
    [undefined, 30],
    [null, 30],
  ] as const) {
    it(`reads the number ${JSON.stringify(value)} as ${expected}`, () => {
      const settings = reader();
      const timeout = setting.number({ default: 30, min: 0, max: 60 });
      assert.equal(readOne(settings, "timeout", timeout, value), expected);
      settings.check();
    });
  }

  const timeout = setting.number({ default: 1, min: 1, max: 9, unit: "s" });
  const window = setting.number({ default: 1, min: 1, max: 9, whole: true });
  for (const [what, name, kind, value, expected] of [
    ["a number out of range", "timeout", timeout, 0, /timeout is 0 s: use 1 to 9 s/],
    ["a number that is a word", "timeout", timeout, "soon", /timeout is "soon"/],
    ["a fraction for a count", "window", window, 1.5, /window is 1.5.*whole/],
    [
      "an unknown choice",
      "query",
      setting.choice("details", "live"),
      "totals",
      /query is "totals": use details, live/,
    ],
    ["a list of numbers", "queues", setting.list(), [1], /queues is a list, not a list of texts/],
    ["a URL without scheme", "url", INFLUX.url, "localhost:8086", /url is not a URL/],
    ["a URL with a query", "url", INFLUX.url, "http://db/?org=x", /url goes on after a "\?"/],
    ["an object for a text", "org", INFLUX.org, {}, /org is an object/],
    ["a word for a flag", "gzip", setting.flag(true), "maybe", /gzip is "maybe"/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const settings = reader();
      readOne(settings, name, kind, value);
      assert.throws(() => settings.check(), expected);
    });
  }

  it("does not repeat a password that was put into a URL", () => {
    const settings = reader();
    readOne(settings, "url", INFLUX.url, "https://user:s3cret@influx.example");
    assert.throws(
      () => settings.check(),
      (error: Error) =>
        /url holds a user name or password/.test(error.message) && !error.message.includes("s3cret"),
    );
  });

  it("converts a time from its setting's own unit", () => {
    const bounds = { default: 1, min: 0, max: 9 };
    assert.equal(setting.inMs(setting.time({ ...bounds, unit: "s" }), 1.5), 1_500);
    assert.equal(setting.inMs(setting.time({ ...bounds, unit: "h" }), 0.5), 1_800_000);
  });

  it("takes lists as arrays, JSON and separated text", () => {
    const settings = reader();
    const queues = (value: unknown) => readOne(settings, "queues", setting.list(), value);
    assert.deepEqual(queues(["a", " b ", "", "a"]), ["a", "b"]);
    assert.deepEqual(queues('["Sales, EU","b"]'), ["Sales, EU", "b"]);
    assert.deepEqual(queues("a, b\nc"), ["a", "b", "c"]);
    assert.deepEqual(queues("[VIP] Sales"), ["[VIP] Sales"]);
    settings.check();
  });
});

import assert from "node:assert/strict";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import influxConfig from "../../nodes/influx-config/influx-config";
import type { InfluxConfigNode } from "../../lib/node-red/influx-config";
import { helper, load } from "../support/helper";

interface Report {
  ok: boolean;
  checks: { name: string; ok: boolean; message: string }[];
  message?: string;
}

describe("influx-config", () => {
  let endpoint: InfluxEndpoint;
  const names = ["INFLUX_URL", "INFLUX_ORG", "INFLUX_BUCKET", "INFLUX_TOKEN"];
  const saved = Object.fromEntries(names.map((name) => [name, process.env[name]]));

  beforeEach(async () => {
    names.forEach((name) => delete process.env[name]);
    endpoint = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await helper.unload();
    await endpoint.close();
    for (const [name, value] of Object.entries(saved))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  const start = async (settings: Record<string, unknown> = {}, token?: string) => {
    await load(
      [influxConfig],
      [{ id: "db", type: "influx-config", ...settings }],
      token ? { db: { token } } : {},
    );
    return helper.getNode("db") as unknown as InfluxConfigNode;
  };
  const test = async (form: object): Promise<Report> => {
    const response = await helper.request().post("/influx-config/test").send(form);
    return response.body as Report;
  };
  const full = () => ({ url: endpoint.url, org: "demo", bucket: "genesys" });

  it("offers its settings to other nodes", async () => {
    const { connection } = await start({ ...full(), timeout: "5" }, "demo-token");
    assert.deepEqual(connection, { ...full(), token: "demo-token", timeoutMs: 5_000, tls: undefined });
  });

  it("takes what is blank from the environment", async () => {
    process.env["INFLUX_URL"] = `${endpoint.url}/`;
    process.env["INFLUX_ORG"] = "demo";
    process.env["INFLUX_BUCKET"] = "genesys";
    process.env["INFLUX_TOKEN"] = "demo-token";
    const { connection } = await start({ url: "", bucket: "mine" });
    assert.deepEqual(connection, {
      ...full(),
      bucket: "mine",
      token: "demo-token",
      timeoutMs: 10_000,
      tls: undefined,
    });
  });

  it("names every missing setting and its variable", async () => {
    const { connection, problem } = await start();
    assert.equal(connection, undefined);
    assert.match(problem?.message ?? "", /url.*INFLUX_URL.*org.*INFLUX_ORG.*token.*INFLUX_TOKEN/);
  });

  it("tests the settings of the dialog, with the stored token for the stored URL", async () => {
    await start(full(), "demo-token");
    const typed = await test({ id: "new", ...full(), token: "demo-token" });
    assert.equal(typed.ok, true);
    const stored = await test({ id: "db", ...full(), token: "__PWRD__" });
    assert.deepEqual(
      stored.checks.map(({ name, ok }) => `${name} ${ok}`),
      ["reach true", "server true", "token true", "org true", "bucket true", "write true"],
    );
    const wrong = await test({ id: "db", ...full(), token: "__PWRD__", bucket: "nowhere" });
    assert.equal(wrong.ok, false);
    assert.match(wrong.checks.at(-1)!.message, /no bucket "nowhere"/);
  });

  it("sends no token to a server without login, whatever the environment holds", async () => {
    process.env["INFLUX_TOKEN"] = "secret-of-the-environment";
    const { connection, problem } = await start({ url: endpoint.url, bucket: "genesys", auth: "none" });
    assert.equal(problem, undefined);
    assert.deepEqual([connection?.token, connection?.org], ["", ""]);
    // The endpoint wants a token: without one it refuses.
    const form = { id: "db", url: endpoint.url, org: "demo", bucket: "genesys", auth: "none", token: "" };
    assert.match(JSON.stringify((await test(form)).checks.at(-1)), /401/);
  });

  describe("the connection test", () => {
    it("sends neither the stored token nor a variable to another URL", async () => {
      process.env["INFLUX_TOKEN"] = "secret-of-the-environment";
      await start({ ...full(), url: "http://127.0.0.1:1" }, "demo-token");
      for (const token of ["__PWRD__", "", "${INFLUX_TOKEN}"]) {
        const { message } = await test({ id: "db", ...full(), token });
        assert.match(message ?? "", /type in the token/);
      }
      const { message } = await test({ id: "db", ...full(), org: "${INFLUX_TOKEN}", token: "x" });
      assert.match(message ?? "", /type in the org/);
      assert.equal(endpoint.requests.length, 0);
    });

    it("tells no variable that is typed in as an address", async () => {
      for (const value of ["top-secret-value", "1234", endpoint.url]) {
        process.env["INFLUX_BUCKET"] = value;
        await start(full(), "demo-token");
        const answer = JSON.stringify(
          await test({ id: "new", ...full(), url: "${INFLUX_BUCKET}", token: "x" }),
        );
        assert.match(answer, /deploy first/);
        assert.ok(!answer.includes(value), answer);
        await helper.unload();
      }
      assert.equal(endpoint.requests.length, 0);
    });

    it("shows no resolved value, not even where the server repeats it", async () => {
      process.env["INFLUX_URL"] = endpoint.url;
      process.env["INFLUX_ORG"] = "demo";
      await start({ bucket: "genesys" }, "demo-token");
      for (const org of ["", "${INFLUX_ORG}"]) {
        endpoint.script({
          status: 404,
          body: '{"message":"organization name \\"demo\\" not found for demo-token"}',
        });
        endpoint.script({
          status: 404,
          body: '{"message":"organization name \\"demo\\" not found for demo-token"}',
        });
        const answer = JSON.stringify(
          await test({ id: "db", url: "", org, bucket: "genesys", token: "__PWRD__" }),
        );
        for (const value of [endpoint.url, "demo-token", '"demo']) assert.ok(!answer.includes(value), answer);
      }
    });

    it("takes JSON only, so that no web page of somebody else's can start one", async () => {
      await start(full(), "demo-token");
      const response = await helper
        .request()
        .post("/influx-config/test")
        .type("form")
        .send({ id: "db", ...full(), token: "__PWRD__" });
      assert.equal(response.status, 415);
      assert.equal(endpoint.requests.length, 0);
    });

    it("refuses a time limit that the node would refuse", async () => {
      await start(full(), "demo-token");
      const { message } = await test({ id: "db", ...full(), token: "__PWRD__", timeout: "0" });
      assert.match(message ?? "", /timeout is not a number from 1 to 600/);
    });
  });
});

import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import { helper, load } from "../support/helper";

interface Report {
  ok?: boolean;
  message?: string;
}

const CREDENTIALS = { clientId: "client", clientSecret: "secret-of-the-node" };

describe("the connection test of genesys-config", () => {
  const names = [
    "GENESYS_BASE_URL",
    "GENESYS_ENV_ID",
    "GENESYS_CLIENT_ID",
    "GENESYS_CLIENT_SECRET",
    "SOME_SECRET",
  ];
  const saved = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  let simulator: GenesysSimulator;

  beforeEach(async () => {
    names.forEach((name) => delete process.env[name]);
    simulator = await startGenesysSimulator(CREDENTIALS);
  });
  afterEach(async () => {
    await helper.unload();
    await simulator.close();
    for (const [name, value] of Object.entries(saved))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  const start = (baseUrl: string) =>
    load([genesysConfig], [{ id: "cfg", type: "genesys-config", region: "mypurecloud.com", baseUrl }], {
      cfg: CREDENTIALS,
    });
  const form = (more: object) => ({
    id: "cfg",
    region: "mypurecloud.com",
    baseUrl: simulator.url,
    loginUrl: "",
    clientId: "client",
    clientSecret: "__PWRD__",
    timeout: "5",
    ...more,
  });
  const test = async (more: object = {}): Promise<Report> => {
    const response = await helper.request().post("/genesys-config/test").send(form(more));
    return response.body as Report;
  };

  it("uses the stored secret for the deployed host", async () => {
    await start(simulator.url);
    assert.equal((await test()).ok, true);
  });

  it("uses the environment for the host that the environment names", async () => {
    process.env["GENESYS_BASE_URL"] = simulator.url;
    process.env["GENESYS_CLIENT_ID"] = CREDENTIALS.clientId;
    process.env["GENESYS_CLIENT_SECRET"] = CREDENTIALS.clientSecret;
    await start("");
    assert.equal((await test({ baseUrl: "", clientId: "", clientSecret: "" })).ok, true);
  });

  it("sends neither stored secrets nor variables to a host that somebody typed in", async () => {
    process.env["SOME_SECRET"] = "value-of-a-variable";
    process.env["GENESYS_CLIENT_SECRET"] = "secret-of-the-environment";
    await start("http://127.0.0.1:1");
    for (const typed of [
      { clientSecret: "__PWRD__" },
      { clientSecret: "" },
      { clientSecret: "${SOME_SECRET}" },
      { clientId: "${SOME_SECRET}", clientSecret: "typed" },
    ])
      assert.match((await test(typed)).message ?? "", /type in the client(Id|Secret)/);
    assert.equal(simulator.requests.length, 0);
  });

  it("sends other variables not even to Genesys Cloud itself", async () => {
    process.env["SOME_SECRET"] = "value-of-a-variable";
    await start(simulator.url);
    const { message } = await test({ baseUrl: "", clientId: "${SOME_SECRET}" });
    assert.match(message ?? "", /type in the clientId/);
  });

  it("tells no variable that is typed in as region or address", async () => {
    for (const value of ["top-secret-value", "1234"]) {
      process.env["SOME_SECRET"] = value;
      await start(simulator.url);
      for (const typed of [
        { region: "${SOME_SECRET}", baseUrl: "" },
        { baseUrl: "${SOME_SECRET}" },
        { loginUrl: "${SOME_SECRET}" },
      ]) {
        const answer = JSON.stringify(await test({ id: "new", ...typed }));
        assert.match(answer, /deploy first/);
        assert.ok(!answer.includes(value), answer);
      }
      await helper.unload();
    }
  });

  it("takes JSON only", async () => {
    await start(simulator.url);
    const response = await helper.request().post("/genesys-config/test").type("form").send(form({}));
    assert.equal(response.status, 415);
    assert.equal(simulator.requests.length, 0);
  });

  it("keeps the time limit of the form", async () => {
    await start(simulator.url);
    simulator.faults.add({ kind: "slow", match: /oauth/, delayMs: 60_000 });
    const { ok, message } = await test({ timeout: "1" });
    assert.equal(ok, false);
    assert.match(message ?? "", /1 s/);
  });
});

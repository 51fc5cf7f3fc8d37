import assert from "node:assert/strict";
import { type GenesysSimulator, startGenesysSimulator } from "../../demo/simulators/genesys/server";
import { healthRegistry } from "../../lib/health/registry";
import genesysConfig from "../../nodes/genesys-config/genesys-config";
import genesysQueuePoll from "../../nodes/genesys-queue-poll/genesys-queue-poll";
import { helper, load, receive } from "../support/helper";
import { proxyVariables, startProxy, type TestProxy } from "../support/proxy";
import { pem, startTlsFront, tlsConfig, type TlsFront, type TlsFrontOptions } from "../support/tls";
import { tlsNode, type TlsSettings } from "../support/write-flow";

const OWN_CA = { ca: pem("ca") };
const CLIENT = { ...OWN_CA, cert: pem("client"), key: pem("key") };
const NODES = [tlsConfig, genesysConfig, genesysQueuePoll];

describe("genesys-config with TLS and through a proxy", () => {
  let simulator: GenesysSimulator;
  let proxy: TestProxy;
  let restore = () => {};
  const fronts: TlsFront[] = [];

  before(async () => (simulator = await startGenesysSimulator()));
  after(() => simulator.close());
  beforeEach(async () => {
    proxy = await startProxy("ann:secret");
    simulator.requests.length = 0;
  });
  afterEach(async () => {
    await helper.unload();
    restore();
    restore = () => {};
    await Promise.all([proxy.close(), ...fronts.splice(0).map((each) => each.close())]);
  });

  const front = async (options?: TlsFrontOptions) => {
    const started = await startTlsFront(simulator.port, options);
    fronts.push(started);
    return started;
  };
  const through = (login: string) => {
    restore();
    restore = proxyVariables({ all_proxy: proxy.url.replace("//", `//${login}@`) });
  };
  /** One poll: the rows, or the error that a Catch node gets; and the state of the node. */
  const poll = async (baseUrl: string, tls?: TlsSettings) => {
    const own = tls && tlsNode(tls);
    const on = { z: "tab", x: 1, y: 1 };
    await helper.unload();
    await load(
      NODES,
      [
        { id: "tab", type: "tab" },
        ...(own ? [own.node] : []),
        { id: "cfg", type: "genesys-config", baseUrl, ...(own && { tls: "tls" }) },
        {
          id: "tls-poll",
          ...on,
          type: "genesys-queue-poll",
          genesys: "cfg",
          query: "details",
          wires: [["out"]],
        },
        { id: "catch", ...on, type: "catch", scope: null, wires: [["out"]] },
        { id: "out", ...on, type: "helper" },
      ],
      {
        cfg: { clientId: simulator.clientId, clientSecret: simulator.clientSecret },
        ...(own && { tls: own.credentials }),
      },
    );
    const answer = new Promise<Record<string, unknown>>((resolve) => {
      helper.getNode("out").on("input", (msg: unknown) => resolve(msg as Record<string, unknown>));
    });
    receive("tls-poll", { payload: 1 });
    const { payload, error } = await answer;
    await new Promise((resolve) => setImmediate(resolve));
    const { state } = healthRegistry.reports("tab").find(({ id }) => id === "tls-poll")!;
    const all = JSON.stringify([error, helper.log().args, healthRegistry.reports()]);
    return { payload, message: (error as { message: string } | undefined)?.message ?? "", state, all };
  };
  const test = async (baseUrl: string, tls?: TlsSettings) => {
    const own = tls && tlsNode(tls);
    await helper.unload();
    await load(NODES, own ? [own.node] : [], own ? { tls: own.credentials } : {});
    const { clientId, clientSecret } = simulator;
    const form = { region: "custom", baseUrl, clientId, clientSecret, tls: own ? "tls" : "_ADD_" };
    const response = await helper.request().post("/genesys-config/test").send(form);
    return response.body as { ok: boolean; message: string };
  };

  it("gets token and rows with its own CA and client certificate", async () => {
    const { url } = await front({ clientCertificate: true });
    const { payload, message, state } = await poll(url, CLIENT);
    assert.equal((payload as unknown[]).length, 12, message);
    assert.equal(state, "running");
    assert.equal((await test(url, CLIENT)).ok, true);
  });

  const faults: [what: string, server: TlsFrontOptions, tls: TlsSettings | undefined, text: RegExp][] = [
    ["an unknown CA", {}, undefined, /TLS: .*CA certificate/],
    ["an expired certificate", { certificate: "expired" }, OWN_CA, /TLS: .*certificate has expired/],
    ["the certificate of another host", { certificate: "other-host" }, OWN_CA, /TLS: .*another host/],
    ["no client certificate", { clientCertificate: true }, OWN_CA, /TLS: .*client certificate/],
    ["a key that is none", {}, { ...CLIENT, key: "no key" }, /TLS: .*key.*TLS configuration/],
  ];
  for (const [what, options, tls, text] of faults)
    it(`fails at once and says what to do about ${what}, in poll and connection test`, async () => {
      const { url } = await front(options);
      const { message, state } = await poll(url, tls);
      assert.match(message, text);
      assert.equal(state, "failed");
      const report = await test(url, tls);
      assert.equal(report.ok, false);
      assert.match(report.message, text);
      assert.equal(simulator.requests.length, 0);
      const switchedOff = { ...CLIENT, verifyservercert: false };
      assert.equal((await poll(url, switchedOff)).state, "running");
    });

  it("goes through the proxy, and past it where no_proxy says so", async () => {
    const { url, port } = await front();
    through("ann:secret");
    for (const base of [url, simulator.url]) assert.equal((await poll(base, OWN_CA)).state, "running");
    const [tunnel] = proxy.seen;
    assert.deepEqual([tunnel?.method, tunnel?.target], ["CONNECT", `localhost:${port}`]);
    assert.ok(proxy.seen.some(({ target }) => target === `${simulator.url}/oauth/token`));
    const count = proxy.seen.length;
    process.env["no_proxy"] = "localhost,127.0.0.1";
    for (const base of [url, simulator.url]) assert.equal((await poll(base, OWN_CA)).state, "running");
    assert.equal(proxy.seen.length, count);
  });

  for (const scheme of ["http", "https"])
    it(`names the proxy, and not the password, when the proxy fails (${scheme}:)`, async () => {
      const url = scheme === "https" ? (await front()).url : simulator.url;
      const named = (text: string) => assert.ok(text.includes(`the proxy ${proxy.url}`), text);
      through("ann:h1dden");
      const { message, state, all } = await poll(url, OWN_CA);
      assert.match(message, /user name and password.*\(407\)/);
      assert.equal(state, "failed");
      named(message);
      assert.doesNotMatch(all, /h1dden/);
      named((await test(url, OWN_CA)).message);
      proxy.trouble = 502;
      const failed = (await test(url, OWN_CA)).message;
      named(failed);
      assert.match(failed, /502/);
      await proxy.close();
      const gone = (await test(url, OWN_CA)).message;
      named(gone);
      assert.match(gone, /ECONNREFUSED/);
      assert.equal(simulator.requests.length, 0);
    });

  it("keeps the password out of a message on a proxy variable that is no URL", async () => {
    restore = proxyVariables({ http_proxy: "http://ann:h1dd#en@proxy:3128" });
    const { message, state, all } = await poll(simulator.url);
    assert.match(message, /the proxy variable .* is not a URL such as/);
    assert.equal(state, "failed");
    assert.doesNotMatch(all, /h1dd/);
  });
});

import assert from "node:assert/strict";
import { type LiveOptions, type LiveSetup, startLive } from "../../support/live";
import { freePort } from "../../support/node-red";
import { proxyVariables, startProxy, type TestProxy } from "../../support/proxy";
import { pem, startTlsFront, type TlsFront } from "../../support/tls";

const LOGIN = "ann:secret";

describe("the way of the live socket", function () {
  // Much work for a busy machine.
  this.timeout(120_000);
  let setup: LiveSetup | undefined;
  let proxy: TestProxy;
  let front: TlsFront | undefined;
  let restore = () => {};
  beforeEach(async () => (proxy = await startProxy(LOGIN)));
  afterEach(async () => {
    await setup?.close();
    setup = undefined;
    restore();
    restore = () => {};
    await Promise.all([proxy.close(), front?.close()]);
    front = undefined;
  });

  const start = async (options: LiveOptions = {}) => {
    const simulator = { queues: 2, agents: 4, ...options.simulator };
    return (setup = await startLive({ ...options, simulator }));
  };
  /** Sockets to addresses of TLS and proxies are real: they need real moments beside the time of the test. */
  const reach = async (condition: () => boolean, withinMs: number) => {
    for (let ms = 0; ms < withinMs && !condition(); ms += 100) {
      await setup!.step(100);
      for (let round = 0; round < 100 && !condition(); round++)
        await new Promise((resolve) => setImmediate(resolve));
    }
    // On a busy machine a handshake takes longer: the time of the test stands still for it.
    for (let wait = 0; wait < 800 && !condition(); wait++) {
      await setup!.step(0);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(condition(), JSON.stringify([setup!.live.report, setup!.warnings]));
  };
  const isLive = () => setup!.live.mode === "live";
  const problem = () => setup!.live.report.problem ?? "";
  /** A service behind TLS, API and socket alike. */
  const secure = async (tls: { ca: string } | undefined, certificate: "server" | "expired" = "server") => {
    const port = await freePort();
    const secured = (front = await startTlsFront(port, { certificate }));
    const socketUrl = secured.url.replace("https", "wss");
    await start({
      simulator: { port, notifications: { socketUrl } },
      // The API without TLS where only the socket is to be refused.
      client: tls ? { apiUrl: secured.url, loginUrl: secured.url, tls } : {},
    });
    return secured;
  };
  const throughProxy = () =>
    (restore = proxyVariables({ all_proxy: proxy.url.replace("//", `//${LOGIN}@`) }));
  /** The state goes on to be asked for, and nothing secret is said. */
  const assertPolling = async () => {
    await reach(() => setup!.live.mode === "polling", 20_000);
    const asked = () => setup!.simulator.requests.filter(({ path }) => /observations/.test(path)).length;
    const before = asked();
    await reach(() => asked() > before, 40_000);
    assert.equal(setup!.warnings.filter((text) => /push is down/.test(text)).length, 1);
    const said = JSON.stringify([setup!.warnings, setup!.infos, setup!.live.report]);
    assert.doesNotMatch(said, /secret|streaming-0|channels\//);
  };

  it("is TLS with a certificate of one's own CA", async () => {
    const { handshakes } = await secure({ ca: pem("ca") });
    await reach(isLive, 10_000);
    assert.ok(front!.handshakes > handshakes);
    setup!.simulator.notifications.drop();
    await reach(() => !isLive(), 2_000);
    await reach(isLive, 10_000);
  });

  it("is refused where the CA is not known, with what to do, and the state is asked for", async () => {
    await secure(undefined);
    await reach(() => problem() !== "", 10_000);
    assert.match(problem(), /no socket to localhost:\d+: .*certificate.*choose a TLS configuration/);
    await assertPolling();
  });

  it("goes through a proxy, by a tunnel even without TLS", async () => {
    throughProxy();
    await start();
    await reach(isLive, 10_000);
    const tunnels = proxy.seen.filter(({ method }) => method === "CONNECT");
    assert.deepEqual(
      tunnels.map(({ target }) => target),
      [`127.0.0.1:${setup!.simulator.port}`],
    );
  });

  it("goes through a proxy and TLS", async () => {
    throughProxy();
    await secure({ ca: pem("ca") });
    await reach(isLive, 10_000);
    const targets = new Set(proxy.seen.map(({ method, target }) => `${method} ${target}`));
    assert.deepEqual([...targets], [`CONNECT localhost:${front!.port}`]);
  });

  for (const [what, trouble, words] of [
    ["refuses the tunnel", 403, /the proxy http:\/\/127\.0\.0\.1:\d+ .*403/],
    ["does not know tunnels", 405, /the proxy http:\/\/127\.0\.0\.1:\d+ .*405/],
    ["fails", 502, /the proxy http:\/\/127\.0\.0\.1:\d+ .*502/],
    ["never answers", "hang", /within 15 s \(through the proxy http:\/\/127\.0\.0\.1:\d+\)/],
  ] as const) {
    it(`says so when a proxy lets the API through but ${what}, and the state is asked for`, async () => {
      throughProxy();
      proxy.tunnelTrouble = trouble;
      await start();
      await reach(() => problem() !== "", 20_000);
      assert.match(problem(), words);
      await assertPolling();
      proxy.tunnelTrouble = undefined;
      await reach(() => setup!.infos.length > 0, 100_000);
      assert.deepEqual(setup!.infos, ["push is back: changes come as they happen"]);
      assert.ok(isLive());
    });
  }

  for (const status of [200, 403, 426, 502]) {
    it(`says so when something on the way answers the WebSocket with ${status}`, async () => {
      await start();
      await reach(isLive, 10_000);
      setup!.simulator.notifications.faults.refuseUpgrade = status;
      setup!.simulator.notifications.drop();
      await reach(() => problem().includes(String(status)), 10_000);
      assert.match(problem(), /a proxy or firewall on the way may not let WebSockets through/);
      await assertPolling();
    });
  }
});

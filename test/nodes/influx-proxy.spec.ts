import assert from "node:assert/strict";
import { createServer } from "node:net";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import { healthRegistry } from "../../lib/health/registry";
import { helper, load } from "../support/helper";
import { proxyVariables, startProxy, type TestProxy } from "../support/proxy";
import { pem, startTlsFront, type TlsFront } from "../support/tls";
import { startWriter, tlsNode, WRITE_NODES } from "../support/write-flow";

/** A password that needs encoding, as it stands in the variable and as it is. */
const LOGIN = { encoded: "ann:s3cr%40t%2F", plain: "ann:s3cr@t/" };
const OWN_CA = { ca: pem("ca") };
const MANY = Array.from({ length: 500 }, (_, i) => `m,t=${Math.random()} f=${i}i ${i + 1}`);

describe("influx-batch-write through a proxy", () => {
  let endpoint: InfluxEndpoint;
  let front: TlsFront;
  let proxy: TestProxy;
  let restore = () => {};
  const start = (scheme: string) =>
    scheme === "https" ? startWriter(front.url, OWN_CA) : startWriter(endpoint.url);
  const through = (variables: Record<string, string>) => {
    restore();
    restore = proxyVariables(variables);
  };
  const withLogin = (login: string) => proxy.url.replace("//", `//${login}@`);
  /** All that Node-RED showed, logged or reports. */
  const shown = () => JSON.stringify([helper.log().args, healthRegistry.reports(), statusCalls()]);
  const statusCalls = () => (helper.getNode("w") as unknown as { status: { args: unknown[] } }).status.args;

  beforeEach(async () => {
    endpoint = await startInfluxEndpoint();
    front = await startTlsFront(endpoint.port);
    proxy = await startProxy(LOGIN.plain);
  });
  afterEach(async () => {
    await helper.unload();
    restore();
    restore = () => {};
    await Promise.all([proxy.close(), front.close(), endpoint.close()]);
  });

  for (const scheme of ["http", "https"]) {
    for (const name of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "ALL_PROXY"])
      it(`writes to ${scheme}: as ${name} says, with its user name and password`, async () => {
        through({ [name]: withLogin(LOGIN.encoded) });
        const write = await start(scheme);
        for (const payload of [MANY, "m f=1i 999"]) {
          const { output, message } = await write(payload);
          assert.equal(output, "written", message);
        }
        assert.equal(endpoint.lines().length, MANY.length + 1);
        const [first, ...more] = proxy.seen;
        if (scheme === "http") {
          assert.equal(first?.target, `${endpoint.url}/api/v2/write?org=demo&bucket=genesys&precision=ns`);
        } else {
          assert.deepEqual([first?.method, first?.target], ["CONNECT", `localhost:${front.port}`]);
          // The tunnel stays open, and the token goes to the server only.
          assert.equal(more.length, 0);
          assert.equal(first?.headers.authorization, undefined);
        }
        assert.equal(proxy.connections, 1);
      });

    it(`goes past the proxy to ${scheme}: where no_proxy names the host`, async () => {
      for (const name of ["no_proxy", "NO_PROXY"]) {
        through({ http_proxy: proxy.url, https_proxy: proxy.url, [name]: "example.com,localhost,127.0.0.1" });
        assert.equal((await (await start(scheme))()).output, "written");
      }
      assert.deepEqual(proxy.seen, []);
    });

    const troubles: [what: string, trouble: () => unknown, code: RegExp, state: string, text: RegExp][] = [
      [
        "wants another password",
        () => undefined,
        /^proxy-login$/,
        "failed",
        /user name and password.*\(407\)/,
      ],
      ["answers 502", () => (proxy.trouble = 502), /^(proxy-failed|server-error)$/, "degraded", /502/],
      ["answers 403", () => (proxy.trouble = 403), /^(proxy-refused|forbidden)$/, "failed", /403/],
      ["is not there", () => proxy.close(), /^proxy-unreachable$/, "degraded", /no connection.*ECONNREFUSED/],
    ];
    for (const [what, trouble, code, state, text] of troubles)
      it(`names the proxy, and not the password, when it ${what} (${scheme}:)`, async () => {
        await trouble();
        through({ all_proxy: withLogin("ann:h1dden%40") });
        const write = await start(scheme);
        for (const payload of ["m f=1i 1", MANY]) {
          const outcome = await write(payload);
          assert.deepEqual([outcome.output, outcome.payload, outcome.state], ["failed", payload, state]);
          assert.match(outcome.code, code);
          assert.match(outcome.message, text);
          assert.ok(outcome.message.includes(`the proxy ${proxy.url}`), outcome.message);
          assert.ok(statusCalls().length > 0);
          assert.doesNotMatch(JSON.stringify(outcome) + shown(), /h1dden|ann:/);
        }
        assert.equal(endpoint.requests.length, 0);
      });
  }

  it("writes again once a proxy that did not answer does", async () => {
    through({ https_proxy: withLogin(LOGIN.encoded) });
    proxy.trouble = "hang";
    const write = await startWriter(front.url, OWN_CA, 1);
    const { output, code, message } = await write();
    assert.deepEqual([output, code], ["failed", "ETIMEDOUT"]);
    assert.match(message, /no complete answer within 1 s \(through the proxy http:/);
    while (proxy.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    proxy.trouble = undefined;
    assert.equal((await write()).output, "written");
  });

  it("verifies the certificate for the address in the URL, inside the tunnel too", async () => {
    through({ https_proxy: withLogin(LOGIN.encoded) });
    const byAddress = front.url.replace("localhost", "127.0.0.1");
    assert.equal((await (await startWriter(byAddress, OWN_CA))()).output, "written");
    const other = await startTlsFront(endpoint.port, { certificate: "other-host" });
    for (const host of ["localhost", "127.0.0.1"]) {
      const { status, message } = await (await startWriter(`https://${host}:${other.port}`, OWN_CA))();
      assert.equal(status, "influx-batch-write.status.tls");
      assert.ok(message.includes(`${host}. is not`) || message.includes(`IP: ${host} is not`), message);
      assert.match(message, /through the proxy/);
    }
    await other.close();
  });

  for (const [what, variable, text] of [
    ["is no URL", "http://ann:h1dd#en@proxy:3128", /not a URL such as .* %23/],
    ["holds a bare %", "http://ann:h1dd%en@proxy:3128", /%25/],
    ["names another type", "socks5://ann:h1dden@proxy:1080", /type socks5: only http:\/\/ and https:\/\//],
  ] as const)
    it(`says what to do about a proxy variable that ${what}`, async () => {
      through({ all_proxy: variable });
      const { output, code, state, message } = await (await startWriter(endpoint.url))();
      assert.deepEqual([output, code, state], ["failed", "proxy-setting", "failed"]);
      assert.match(message, text);
      assert.doesNotMatch(message + shown(), /h1dd/);
    });

  it("has connections of its own for each attempt, none of which stays", async () => {
    through({ all_proxy: withLogin("ann:wrong") });
    const write = await startWriter(front.url, OWN_CA);
    for (let i = 0; i < 5; i++) await write();
    while (proxy.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(proxy.seen.length, 5);
  });

  describe("connection test", () => {
    const test = async (url: string) => {
      const { node, credentials } = tlsNode(OWN_CA);
      await load(WRITE_NODES, [node], { tls: credentials });
      const form = { id: "new", url, org: "demo", bucket: "genesys", token: "demo-token", tls: "tls" };
      const response = await helper.request().post("/influx-config/test").send(form);
      await helper.unload();
      return response.body as { ok: boolean; checks: { message: string }[] };
    };

    it("goes through the proxy, and tells its failures from the server's", async () => {
      for (const url of [endpoint.url, front.url]) {
        through({ all_proxy: withLogin(LOGIN.encoded) });
        assert.equal((await test(url)).ok, true);
        through({ all_proxy: withLogin("ann:h1dden") });
        const refused = (await test(url)).checks.at(-1)!.message;
        assert.match(refused, /the proxy http:\/\/127\.0\.0\.1:\d+ wants a user name and password/);
        proxy.trouble = 502;
        const failed = (await test(url)).checks.at(-1)!.message;
        assert.match(failed, /502.*the proxy http:\/\/127|the proxy http:\/\/127.*502/);
        assert.doesNotMatch(refused + failed, /h1dden/);
        proxy.trouble = undefined;
      }
      const gone = createServer();
      await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
      const { port } = gone.address() as { port: number };
      await new Promise((resolve) => gone.close(resolve));
      through({ all_proxy: `http://127.0.0.1:${port}` });
      assert.match((await test(front.url)).checks[0]!.message, /no connection to the proxy .*ECONNREFUSED/);
    });
  });
});

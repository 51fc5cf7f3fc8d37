import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../demo/simulators/influx/server";
import walBuffer from "../../nodes/wal-buffer/wal-buffer";
import { helper, load, receive } from "../support/helper";
import { pem, startTlsFront, type TlsFront, type TlsFrontOptions } from "../support/tls";
import { startWriter, tlsNode, type TlsSettings, WRITE_NODES, writeFlow } from "../support/write-flow";

const OWN_CA = { ca: pem("ca") };
const CLIENT = { ...OWN_CA, cert: pem("client"), key: pem("key") };
/** Large enough to be compressed, which goes another way through the InfluxDB client. */
const MANY = Array.from({ length: 500 }, (_, i) => `m,t=${Math.random()} f=${i}i ${i + 1}`);

describe("influx-batch-write to a server with TLS", () => {
  let endpoint: InfluxEndpoint;
  const fronts: TlsFront[] = [];
  const front = async (options?: TlsFrontOptions) => {
    const started = await startTlsFront(endpoint.port, options);
    fronts.push(started);
    return started;
  };

  beforeEach(async () => {
    endpoint = await startInfluxEndpoint();
  });
  afterEach(async () => {
    await helper.unload();
    await Promise.all(fronts.splice(0).map((each) => each.close()));
    await endpoint.close();
  });

  it("writes with its own CA and client certificate, over one connection", async () => {
    const server = await front({ clientCertificate: true });
    const write = await startWriter(server.url, CLIENT);
    assert.equal((await write("m f=1i 1")).output, "written");
    assert.equal((await write("m f=2i 2")).output, "written");
    assert.deepEqual(endpoint.lines(), ["m f=1i 1", "m f=2i 2"]);
    assert.equal(server.handshakes, 1);
  });

  /** What is wrong, the settings, and what puts it right. */
  const faults: [
    what: string,
    server: TlsFrontOptions,
    wrong: TlsSettings | undefined,
    text: RegExp,
    right: TlsSettings,
  ][] = [
    ["an unknown CA", {}, undefined, /certificate.*authority.*CA certificate/, OWN_CA],
    ["another CA", {}, { ca: pem("stranger") }, /certificate.*CA certificate/, OWN_CA],
    [
      "an expired certificate",
      { certificate: "expired" },
      OWN_CA,
      /certificate has expired.*renew it/,
      { verifyservercert: false },
    ],
    [
      "the certificate of another host",
      { certificate: "other-host" },
      OWN_CA,
      /certificate is for another host.*server name.*influx\.example/,
      { ...OWN_CA, servername: "influx.example" },
    ],
    [
      "no client certificate, TLS 1.3",
      { clientCertificate: true },
      OWN_CA,
      /client certificate and key/,
      CLIENT,
    ],
    [
      "no client certificate, TLS 1.2",
      { clientCertificate: true, maxVersion: "TLSv1.2" },
      OWN_CA,
      /client certificate and key/,
      CLIENT,
    ],
    [
      "a certificate without its key",
      {},
      { ...OWN_CA, cert: pem("client"), key: "not a key" },
      /key.*TLS configuration.*PEM/,
      CLIENT,
    ],
  ];
  for (const [what, options, wrong, text, right] of faults) {
    it(`says what to do about ${what}, and writes when it is done`, async () => {
      const { url } = await front(options);
      let write = await startWriter(url, wrong);
      for (const payload of ["m f=1i 1", MANY]) {
        const outcome = await write(payload);
        assert.deepEqual([outcome.output, outcome.payload], ["failed", payload]);
        assert.match(outcome.message, /^TLS: /);
        assert.match(outcome.message, text);
        assert.deepEqual([outcome.state, outcome.status], ["failed", "influx-batch-write.status.tls"]);
        // It is tried again without anybody's help, though not often.
        assert.equal(outcome.retryAfterMs, 60_000);
      }
      assert.equal(endpoint.requests.length, 0);
      write = await startWriter(url, right);
      assert.equal((await write(MANY)).output, "written");
      assert.equal(endpoint.lines().length, MANY.length);
    });
  }

  it("hints at the client certificate when the server cuts the connection for it", async () => {
    const { url } = await front({ clientCertificate: true });
    const write = await startWriter(url, { ...OWN_CA, cert: pem("stranger"), key: pem("key") });
    const { output, message, state } = await write(MANY);
    assert.deepEqual([output, state], ["failed", "degraded"]);
    assert.match(message, /TLS.*client certificate/);
    assert.equal(endpoint.requests.length, 0);
  });

  it("does not verify the server when that is switched off, and does when nothing is said", async () => {
    const { url } = await front({ certificate: "other-host" });
    assert.equal((await (await startWriter(url, { verifyservercert: false }))()).output, "written");
    const { status } = await (await startWriter(url, { verifyservercert: undefined as never }))();
    assert.equal(status, "influx-batch-write.status.tls");
  });

  it("tells a server without TLS, and keeps the lines of one that has got TLS since", async () => {
    const write = await startWriter(endpoint.url.replace("http:", "https:"), OWN_CA);
    const { output, status, message } = await write();
    assert.deepEqual([output, status], ["failed", "influx-batch-write.status.tls"]);
    assert.match(message, /check http and https in the URL/);

    const plain = await startWriter(endpoint.url);
    assert.equal((await plain()).output, "written");
    endpoint.script({ status: 400, body: "Client sent an HTTP request to an HTTPS server.\n", times: 3 });
    const refused = await plain(["m f=2i 2", "m f=3i 3"]);
    assert.deepEqual([refused.output, refused.code, refused.state], ["failed", "needs-https", "failed"]);
  });

  it("names a TLS configuration that cannot be used or does not exist", async () => {
    const write = await startWriter(endpoint.url, { cert: pem("client") });
    assert.match(problem(), /TLS configuration that cannot be used.*check its files/);
    await helper.unload();
    const { flow, credentials } = writeFlow(endpoint.url);
    await load(
      WRITE_NODES,
      flow.map((node) => (node.id === "db" ? { ...node, tls: "gone" } : node)),
      credentials,
    );
    assert.match(problem(), /TLS configuration that does not exist/);
    assert.ok(write);
  });
  const problem = () => (helper.getNode("db") as unknown as { problem: Error }).problem.message;

  it("loses nothing that a buffer keeps while the certificate is wrong", async function () {
    const directory = mkdtempSync(join(tmpdir(), "tls-"));
    try {
      const { url } = await front();
      const deploy = async (tls: TlsSettings) => {
        const { flow, credentials } = writeFlow(url, tls);
        const wired = flow.map((node) =>
          node.id === "w"
            ? { ...node, flushInterval: 0, wires: [["written", "wal"], ["failed", "wal"], []] }
            : node,
        );
        const wal = { id: "wal", z: "tab", x: 1, y: 1, type: "wal-buffer", directory, wires: [["w"], []] };
        await load([...WRITE_NODES, walBuffer], [...wired, wal], credentials);
      };
      const next = (id: string) =>
        new Promise<void>((resolve) => helper.getNode(id).once("input", () => resolve()));
      await deploy({});
      const failed = next("failed");
      // One message: of several, those that are not kept yet would be refused when the flow stops.
      receive("wal", { payload: ["m f=1i 1", "m f=2i 2", "m f=3i 3"] });
      await failed;
      await helper.unload();
      await deploy(OWN_CA);
      while (endpoint.lines().length < 3) await next("written");
      assert.deepEqual(endpoint.lines(), ["m f=1i 1", "m f=2i 2", "m f=3i 3"]);
      await helper.unload();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  describe("connection test", () => {
    const test = async (url: string, tls?: TlsSettings) => {
      const own = tls && tlsNode(tls);
      await helper.unload();
      await load(WRITE_NODES, own ? [own.node] : [], own ? { tls: own.credentials } : {});
      const form = {
        id: "new",
        url,
        org: "demo",
        bucket: "genesys",
        token: "demo-token",
        tls: own ? "tls" : "_ADD_",
      };
      const response = await helper.request().post("/influx-config/test").send(form);
      return response.body as { ok: boolean; checks: { name: string; message: string }[] };
    };

    it("passes with CA and client certificate, and tells what is wrong otherwise", async () => {
      const strict = await front({ clientCertificate: true });
      assert.equal((await test(strict.url, CLIENT)).ok, true);
      for (const [tls, text] of [
        [undefined, /TLS: .*CA certificate/],
        [OWN_CA, /TLS: .*client certificate/],
      ] as const) {
        const { ok, checks } = await test(strict.url, tls);
        assert.equal(ok, false);
        assert.deepEqual(
          checks.map(({ name }) => name),
          ["reach"],
        );
        assert.match(checks[0]!.message, text);
      }
      const expired = await front({ certificate: "expired" });
      assert.match((await test(expired.url, OWN_CA)).checks[0]!.message, /certificate has expired/);
    });
  });
});

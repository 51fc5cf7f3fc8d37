import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type InfluxEndpoint, startInfluxEndpoint } from "../../../demo/simulators/influx/server";
import { systemClock } from "../../../lib/time/clock";
import { Connection } from "../../../lib/influx/connection";
import { testConnection } from "../../../lib/influx/test-connection";

describe("connection to InfluxDB", () => {
  let endpoint: InfluxEndpoint;
  const connections: Connection[] = [];
  const connect = (changes = {}) => {
    const settings = {
      url: endpoint.url,
      org: "demo",
      bucket: "genesys",
      token: "demo-token",
      timeoutMs: 5_000,
      ...changes,
    };
    const connection = new Connection(settings);
    connections.push(connection);
    return connection;
  };
  const write = async (connection: Connection, signal?: AbortSignal, text = "m f=1 1", gzip = true) =>
    connection.write({
      ...{ body: await connection.pack(text, gzip), bucket: "genesys", precision: "ns", signal },
    });

  beforeEach(async () => {
    endpoint = await startInfluxEndpoint({ readOnlyToken: "read-only" });
  });
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await endpoint.close();
  });

  it("gives status, headers and body of whatever comes back", async () => {
    const connection = connect();
    assert.equal(((await write(connection)) as { status: number }).status, 204);
    endpoint.script(
      { status: 503, headers: { "retry-after": "9" }, body: "busy" },
      { status: 201, body: { line: 1, message: "partly" } },
      { status: 302, headers: { location: "/elsewhere" } },
    );
    const busy = await write(connection);
    assert.ok(busy.kind === "answer");
    assert.deepEqual([busy.status, busy.headers["retry-after"], busy.body], [503, "9", "busy"]);
    const partial = await write(connection);
    assert.ok(partial.kind === "answer");
    assert.deepEqual([partial.status, partial.body], [201, '{"line":1,"message":"partly"}']);
    const moved = await write(connection);
    assert.ok(moved.kind === "answer");
    assert.deepEqual([moved.status, moved.headers["location"]], [302, "/elsewhere"]);
    assert.equal(endpoint.connections, 1);
  });

  it("compresses large bodies when asked to", async () => {
    const body = Array.from({ length: 100 }, (_, i) => `m,t=tag f=${i}i ${i}`).join("\n");
    const connection = connect();
    await write(connection, undefined, body, true);
    await write(connection, undefined, body, false);
    assert.deepEqual(
      endpoint.requests.map((request) => [request.gzip, request.body === body, request.bytes < body.length]),
      [
        [true, true, true],
        [false, true, false],
      ],
    );
  });

  it("gives a server that does not answer up after the time limit, and closes the socket", async () => {
    const connection = connect({ timeoutMs: 50 });
    endpoint.script({ fault: "hang" }, { status: 200, body: { some: "body" }, fault: "stall" });
    const expected = { kind: "failure", code: "ETIMEDOUT", message: "no complete answer within 0.05 s" };
    assert.deepEqual(await write(connection), expected);
    assert.deepEqual(await write(connection), expected);
    while (endpoint.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it("reports a cut connection, a refused one and an unknown host by their codes", async () => {
    endpoint.script({ fault: "reset" });
    assert.equal(((await write(connect())) as { code: string }).code, "ECONNRESET");
    await endpoint.stop();
    assert.equal(((await write(connect())) as { code: string }).code, "ECONNREFUSED");
    const unknown = connect({ url: "http://host.invalid" });
    assert.match(((await write(unknown)) as { code: string }).code, /ENOTFOUND|EAI_AGAIN/);
  });

  it("sends a request again, once, where the server has closed the idle socket meanwhile", async () => {
    const received: string[][] = [];
    let cutNew = false;
    const server = createTcpServer((socket) => {
      const bodies: string[] = [];
      received.push(bodies);
      let text = "";
      socket
        .on("error", () => {})
        .on("data", (chunk) => {
          text += chunk.toString();
          const body = /\r\n\r\n(m f=\d)$/.exec(text)?.[1];
          if (body === undefined) return;
          text = "";
          bodies.push(body);
          if (cutNew || (received.length === 1 && bodies.length === 2)) socket.destroy();
          else socket.write("HTTP/1.1 204 No Content\r\n\r\n");
        });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const connection = connect({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      for (const text of ["m f=1", "m f=2", "m f=3"])
        assert.equal(((await write(connection, undefined, text, false)) as { status: number }).status, 204);
      assert.deepEqual(received, [
        ["m f=1", "m f=2"],
        ["m f=2", "m f=3"],
      ]);
      cutNew = true;
      const answer = await write(connection, undefined, "m f=4", false);
      assert.equal(answer.kind === "failure" && answer.code, "ECONNRESET");
      assert.deepEqual(received.slice(1), [["m f=2", "m f=3", "m f=4"], ["m f=4"]]);
    } finally {
      server.close();
    }
  });

  it("masks the token where an answer quotes it, in its body as in its headers", async () => {
    endpoint.script({
      status: 302,
      headers: { location: "/login?next=demo-token" },
      body: 'cannot find the provided auth token "Bearer demo-token" (demo-token) in config',
    });
    const answer = await write(connect());
    assert.ok(answer.kind === "answer");
    assert.doesNotMatch(JSON.stringify(answer), /demo-token/);
    assert.equal(answer.headers["location"], "/login?next=…");
  });

  it("sends neither token nor organisation where there are none", async () => {
    const seen: { url: string | undefined; authorization: string | undefined }[] = [];
    const open = createServer((request, response) => {
      request.resume();
      seen.push({ url: request.url, authorization: request.headers.authorization });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => open.listen(0, "127.0.0.1", resolve));
    const { port } = open.address() as AddressInfo;
    await write(connect({ url: `http://127.0.0.1:${port}`, org: "", token: "" }));
    open.close();
    open.closeAllConnections();
    assert.deepEqual(seen, [{ url: "/api/v2/write?bucket=genesys&precision=ns", authorization: undefined }]);
  });

  it("names what it writes to, alike for the same URL, organisation and bucket", () => {
    const target = connect().target("genesys");
    assert.equal(connect({ url: `${endpoint.url}/` }).target("genesys"), target);
    for (const other of [connect({ org: "x" }).target("genesys"), connect().target("x")])
      assert.notEqual(other, target);
    assert.doesNotMatch(target, /genesys|demo/);
  });

  it("sends nothing when the request was given up beforehand", async () => {
    const abort = new AbortController();
    abort.abort();
    assert.equal(((await write(connect(), abort.signal)) as { code: string }).code, "aborted");
    assert.equal(endpoint.requests.length, 0);
  });

  it("takes a URL with the API path that users paste along", async () => {
    assert.equal(
      ((await write(connect({ url: `${endpoint.url}/api/v2/write` }))) as { status: number }).status,
      204,
    );
  });

  describe("test", () => {
    const test = async (changes = {}) => {
      const { settings } = connect(changes);
      const { ok, checks } = await testConnection(settings, systemClock);
      return { ok, last: checks.at(-1), names: checks.map(({ name }) => name) };
    };

    it("passes all checks where lines can be written", async () => {
      const { ok, names } = await test();
      assert.equal(ok, true);
      assert.deepEqual(names, ["reach", "server", "token", "org", "bucket", "write"]);
      assert.deepEqual(endpoint.lines(), []);
    });

    const wrong: [what: string, changes: object, check: string, message: RegExp][] = [
      ["a wrong token", { token: "x" }, "token", /token is not accepted.*unauthorized access/],
      ["a wrong organisation", { org: "x" }, "org", /no organisation "x"/],
      ["a wrong bucket", { bucket: "x" }, "bucket", /no bucket "x"/],
      ["a token that may not write", { token: "read-only" }, "write", /may not write to bucket "genesys"/],
      ["a host that is not there", { url: "http://127.0.0.1:1" }, "reach", /unreachable.*ECONNREFUSED/],
    ];
    for (const [what, changes, check, message] of wrong) {
      it(`tells ${what}`, async () => {
        const { ok, last } = await test(changes);
        assert.equal(ok, false);
        assert.equal(last?.name, check);
        assert.equal(last?.ok, false);
        assert.match(last?.message ?? "", message);
      });
    }

    it("tells TLS where there is none", async () => {
      const { last } = await test({ url: endpoint.url.replace("http:", "https:") });
      assert.equal(last?.name, "reach");
      assert.match(last?.message ?? "", /TLS/);
    });

    it("tells a server that is no InfluxDB", async () => {
      const other = createServer((_request, response) => response.end("<html>hello</html>"));
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      const { port } = other.address() as AddressInfo;
      const { last } = await test({ url: `http://127.0.0.1:${port}` });
      other.close();
      other.closeAllConnections();
      assert.equal(last?.name, "server");
      assert.match(last?.message ?? "", /does not look like an InfluxDB/);
    });
  });
});

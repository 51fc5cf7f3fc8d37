import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { FakeClock } from "../../support/fake-clock";
import { answering, clientOf, closeAll, failureOf, scripted, simulated } from "./support";

const path = "/api/v2/organizations/me";

describe("Genesys Cloud client", () => {
  let clock: FakeClock;
  beforeEach(() => (clock = new FakeClock()));
  afterEach(closeAll);

  describe("token", () => {
    it("asks with Basic authorization and a form body, once for many calls at a time", async () => {
      const { client, tokens, seen } = await answering(clock, { body: { name: "Acme" } });
      await Promise.all([client.get(path), client.get(path), client.get(path)]);
      assert.equal(tokens.length, 1);
      assert.equal(tokens[0]!.body, "grant_type=client_credentials");
      assert.equal(tokens[0]!.headers.authorization, `Basic ${btoa("id:hush-hush")}`);
      assert.equal(tokens[0]!.headers["content-type"], "application/x-www-form-urlencoded");
      assert.deepEqual(
        seen.map(({ headers }) => headers.authorization),
        Array(3).fill("Bearer token-1"),
      );
    });

    it("renews 60 s before it expires, not earlier", async () => {
      const { client, tokens } = await answering(clock, {});
      await client.get(path);
      await clock.advance((86_399 - 61) * 1000);
      await client.get(path);
      assert.equal(tokens.length, 1);
      await clock.advance(1_000);
      await client.get(path);
      assert.equal(tokens.length, 2);
    });

    it("goes on after a deploy with the one there is, unless it lacked a permission or died", async () => {
      const forbidden = { status: 403, body: { message: "missing", code: "missing.any.permissions" } };
      const server = await scripted(({ url }) => (url.includes("forbidden") ? forbidden : {}));
      const deploy = () => clientOf(server.url, clock, { handsOnToken: true });
      const used = () => server.seen.at(-1)?.headers.authorization;
      let client = deploy();
      await client.get(path);
      await client.close();
      client = deploy();
      await client.get(path);
      assert.equal(used(), "Bearer token-1");
      const other = clientOf(server.url, clock, { handsOnToken: true, clientSecret: "another" });
      await other.get(path);
      assert.equal(used(), "Bearer token-2", "other credentials have a token of their own");
      await assert.rejects(client.get("/api/v2/forbidden"));
      await client.close();
      client = deploy();
      await client.get(path);
      assert.equal(used(), "Bearer token-3", "a new token may have the permission");
      await client.close();
      await clock.advance(86_400_000);
      client = deploy();
      await client.get(path);
      assert.equal(used(), "Bearer token-4", "the old one has ended");
    });

    const refused = {
      status: 401,
      body: { code: "bad.credentials", message: "Invalid login credentials." },
    };

    it("renews a token that has died early, and repeats the call", async () => {
      const { client, tokens, seen } = await answering(clock, {}, refused, { body: { id: "org" } });
      await client.get(path);
      assert.deepEqual(await client.get(path), { id: "org" });
      assert.deepEqual([tokens.length, seen.length], [2, 3]);
    });

    it("waits, and longer each time, where every token is refused right after it was issued", async () => {
      const { client, tokens, seen } = await answering(clock, refused);
      const logins: number[] = [];
      // Four nodes, every two seconds, for an hour.
      for (let second = 0; second < 3_600; second += 2) {
        const before = tokens.length;
        const errors = await Promise.all([1, 2, 3, 4].map(() => failureOf(client.get(path))));
        for (const { kind, message } of errors) {
          assert.equal(kind, "token");
          assert.match(
            message,
            /issues access tokens and does not accept them.*login URL.*tried again in \d+ s/,
          );
        }
        if (tokens.length > before) logins.push(second);
        await clock.advance(2_000);
      }
      assert.ok(logins.length <= 15, `logins at ${logins.join()} s`);
      assert.equal(tokens.length, logins.length);
      assert.ok(seen.length <= 4 * logins.length);
      const gaps = logins.slice(1).map((at, index) => at - logins[index]!);
      assert.ok(
        gaps.every((gap, index) => index === 0 || gap >= gaps[index - 1]!),
        gaps.join(),
      );
    });

    it("works again at once when tokens are accepted again", async () => {
      const { client } = await answering(clock, refused, { body: { id: "org" } });
      await failureOf(client.get(path));
      await clock.advance(6_000);
      assert.deepEqual(await client.get(path), { id: "org" });
      assert.deepEqual(await client.get(path), { id: "org" });
    });

    it("says what to fix when the client is refused, and does not hammer", async () => {
      const { client, simulator } = await simulated({}, { clientSecret: "hush-hush" });
      for (let i = 0; i < 20; i++) {
        const error = await failureOf(client.get(path));
        assert.equal(error.kind, "auth");
        assert.match(error.message, /invalid_client: authentication failed.*check client ID, client secret/);
      }
      assert.equal(simulator.requests.length, 1);
    });

    it("works again after the client was put right", async () => {
      let status = 400;
      const server = await scripted((seen) =>
        seen.url === "/oauth/token" && status === 400
          ? { status, body: { error: "invalid_client", error_description: "client not found" } }
          : {},
      );
      const client = clientOf(server.url, clock);
      assert.match((await failureOf(client.get(path))).message, /client not found/);
      status = 200;
      await clock.advance(10 * 60_000);
      assert.deepEqual(await client.get(path), {});
    });

    for (const [what, body] of [
      ["no token", { expires_in: 5 }],
      ["a token that is no header value", { access_token: "a\nb" }],
      ["a token of a wrong type", { access_token: 7 }],
      ["a list", []],
      ["HTML", "<html><title>Sign in</title>"],
    ] as const) {
      it(`refuses an answer with ${what}`, async () => {
        const { url } = await scripted(() => ({ body }));
        assert.equal((await failureOf(clientOf(url, clock).get(path))).kind, "answer");
      });
    }
  });

  describe("answers", () => {
    it("unpacks gzip", async () => {
      const { client, seen } = await answering(clock, (response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"id":"zipped"}')),
      );
      assert.deepEqual(await client.get(path), { id: "zipped" });
      assert.equal(seen[0]!.headers["accept-encoding"], "gzip");
    });

    it("names contextId, limit and code of an error body", async () => {
      const { client } = await answering(clock, {
        status: 400,
        body: {
          message: "Value [] is not valid",
          code: "invalid.value",
          status: 400,
          contextId: "ctx-1",
          limit: { namespace: "analytics", key: "query.rate", value: 20 },
        },
      });
      const error = await failureOf(client.get(path));
      assert.equal(error.kind, "badRequest");
      assert.match(
        error.message,
        /Value \[\] is not valid; code invalid.value; limit analytics: query.rate \(20\); contextId ctx-1/,
      );
    });

    it("names the missing permission", async () => {
      const { client, simulator } = await simulated();
      simulator.faults.add({ kind: "403", match: /^\/api/, permission: "analytics:queueObservation:view" });
      const error = await failureOf(client.get(path));
      assert.equal(error.kind, "forbidden");
      assert.deepEqual(error.facts.permissions, ["analytics:queueObservation:view"]);
      assert.match(error.message, /lack the permission analytics:queueObservation:view/);
    });

    for (const [what, reply, kind, words] of [
      [
        "HTML with status 200",
        { body: "<!doctype html><title>Blocked</title>" },
        "answer",
        /HTML \("Blocked"\).*proxy/,
      ],
      ["HTML with status 404", { status: 404, body: "<html>" }, "notFound", /base URL.*HTML/],
      ["plain text", { body: "hello" }, "answer", /not JSON: "hello"/],
      ["nothing", { body: "" }, "answer", /empty/],
      ["a redirect", { status: 302, body: "" }, "answer", /redirect \(302\)/],
      ["an error of an odd shape", { status: 400, body: [1] }, "badRequest", /refused the request \(400\)/],
    ] as const) {
      it(`says so when the answer is ${what}`, async () => {
        const { client } = await answering(clock, reply);
        const error = await failureOf(client.get(path));
        assert.equal(error.kind, kind);
        assert.match(error.message, words);
        assert.match(error.message, /GET \/api\/v2\/organizations\/me/);
      });
    }

    it("gives up on an answer that is too large, packed or not", async () => {
      const zeros = `"${"0".repeat(9_000_000)}"`;
      const { client } = await answering(clock, { body: zeros }, (response) =>
        response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(zeros)),
      );
      assert.equal((await failureOf(client.get(path))).kind, "tooLarge");
      assert.equal((await failureOf(client.get(path))).kind, "tooLarge");
    });

    it("refuses to send more than 512,000 bytes", async () => {
      const { client, seen } = await answering(clock, {});
      assert.equal((await failureOf(client.post(path, "x".repeat(512_000)))).kind, "tooLarge");
      assert.equal(seen.length, 0);
    });
  });
});

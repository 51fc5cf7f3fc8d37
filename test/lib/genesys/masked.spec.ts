import assert from "node:assert/strict";
import { FakeClock } from "../../support/fake-clock";
import { clientOf, closeAll, failureOf, type Reply, scripted } from "./support";

const path = "/api/v2/organizations/me";
const TOKEN = "aB3/+bearer&of'one==";

describe("secrets that Genesys Cloud, or a gateway in front of it, quotes", () => {
  afterEach(closeAll);

  const spellings: [how: string, spelt: string][] = [
    ["as it is", TOKEN],
    ["with its scheme", `Bearer ${TOKEN}`],
    ["in base64", Buffer.from(TOKEN).toString("base64")],
    ["percent-encoded", encodeURIComponent(TOKEN)],
    ["as JSON", JSON.stringify(TOKEN).slice(1, -1)],
  ];
  const answers: [what: string, answer: (quoted: string) => Reply][] = [
    ["a refusal", (quoted) => ({ status: 403, body: { code: "not.authorized", message: `no: ${quoted}` } })],
    [
      "a page",
      (quoted) => ({ status: 400, headers: { "content-type": "text/html" }, body: `<h1>${quoted}</h1>` }),
    ],
  ];
  for (const [how, spelt] of spellings)
    for (const [what, answer] of answers)
      it(`a token ${how}, in ${what}, reaches no error`, async () => {
        const login = { access_token: TOKEN, token_type: "bearer", expires_in: 86_399 };
        const { url, seen } = await scripted(({ url: asked }) =>
          asked === "/oauth/token" ? { body: login } : answer(spelt),
        );
        const { message, facts } = await failureOf(clientOf(url, new FakeClock()).get(path));
        assert.equal(seen[0]!.headers.authorization, `Bearer ${TOKEN}`);
        const told = `${message} ${JSON.stringify(facts)}`;
        assert.ok(!told.includes(spelt) && !told.includes("bearer"), told);
      });

  it("a client secret, and the header that carries it, reach no error when the login quotes them", async () => {
    const { url } = await scripted(({ headers }) => ({
      status: 400,
      body: { error: "invalid_client", error_description: `${headers.authorization} is not hush-hush` },
    }));
    const { message } = await failureOf(clientOf(url, new FakeClock()).get(path));
    assert.match(message, /is not …/);
    assert.ok(!message.includes(btoa("id:hush-hush")), message);
  });
});

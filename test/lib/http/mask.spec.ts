import assert from "node:assert/strict";
import { maskSecrets, secretsOf } from "../../../lib/http/mask";

const TOKEN = "aB3/+s3cret&tok'en==";

describe("masking secrets in what others wrote", () => {
  const forms: [how: string, text: string][] = [
    ["as it is", TOKEN],
    ["behind its scheme", `Token ${TOKEN}`],
    ["as JSON", JSON.stringify({ given: TOKEN })],
    ["percent-encoded", encodeURIComponent(TOKEN)],
    ["percent-encoded in small letters", encodeURIComponent(TOKEN).replace(/%../g, (c) => c.toLowerCase())],
    ["as a form field", new URLSearchParams({ t: TOKEN }).toString()],
    ["as HTML", TOKEN.replaceAll("&", "&#38;").replaceAll("'", "&#39;")],
    ["in base64", Buffer.from(TOKEN).toString("base64")],
    ["in base64 of URLs", Buffer.from(TOKEN).toString("base64url")],
    ["with its scheme in base64", Buffer.from(`Token ${TOKEN}`).toString("base64")],
  ];
  for (const [how, text] of forms) {
    it(`masks a token ${how}`, () => {
      const masked = maskSecrets(`before ${text} after`, secretsOf(`Token ${TOKEN}`));
      assert.match(masked, /^before .*….* after$/);
      assert.doesNotMatch(masked, /s3cret|tok|QjMv/);
    });
  }

  it("masks the password of a user name and password, in Basic as in InfluxDB 1's Token", () => {
    const basic = `Basic ${Buffer.from("collector:pass-word-1").toString("base64")}`;
    for (const header of [basic, "Token collector:pass-word-1"])
      assert.equal(
        maskSecrets("collector may not use pass-word-1", secretsOf(header)),
        "collector may not use …",
      );
  });

  it("leaves words alone that a short secret would blank out", () => {
    assert.equal(maskSecrets("the database is full", secretsOf("Token base")), "the database is full");
    assert.equal(maskSecrets('no "Token base" here', secretsOf("Token base")), 'no "…" here');
  });

  it("has nothing to mask without a login", () => {
    assert.deepEqual(secretsOf(""), []);
    assert.equal(maskSecrets("text", []), "text");
  });
});

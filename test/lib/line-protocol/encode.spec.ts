import assert from "node:assert/strict";
import { EncodeError } from "../../../lib/line-protocol/errors";
import { encodePoint, type PointByName } from "../../support/points";

const encode = (changes: Partial<PointByName>): string =>
  encodePoint({ measurement: "m", tags: {}, fields: { f: { type: "int", value: 1 } }, ...changes });

describe("encodePoint", () => {
  it("writes a row of the tutorial exactly as the design has it", () => {
    const line = encode({
      measurement: "genesys_queue",
      tags: { queueId: "q-1", env: "production" },
      fields: {
        answered: { type: "int", value: 5 },
        abandoned: { type: "int", value: 1 },
        offered: { type: "int", value: 6 },
        waitTime: { type: "float", value: 12.34 },
      },
      timestampNs: 1763802060000000000n,
    });
    assert.equal(
      line,
      "genesys_queue,env=production,queueId=q-1 answered=5i,abandoned=1i,offered=6i,waitTime=12.34 1763802060000000000",
    );
  });

  const written: [what: string, Partial<PointByName>, line: string][] = [
    ["escapes in a measurement", { measurement: "a b,c=d" }, "a\\ b\\,c=d f=1i"],
    ["escapes in tags", { tags: { "k ,=": "v ,=" } }, "m,k\\ \\,\\==v\\ \\,\\= f=1i"],
    ["a backslash within a tag", { tags: { path: "C:\\x\\ y" } }, "m,path=C:\\x\\\\ y f=1i"],
    ["no backslash at the end of a tag", { tags: { path: "C:\\\\" } }, "m,path=C: f=1i"],
    ["no tag that is only a backslash", { tags: { path: "\\" } }, "m f=1i"],
    ["no empty and no absent tag", { tags: { a: "", b: undefined, c: "x" } }, "m,c=x f=1i"],
    ["a space for a line break in a tag", { tags: { a: "x\r\ny" } }, "m,a=x\\ y f=1i"],
    ["a tab, but no other control character", { tags: { a: "x\ty\u0000\u001b" } }, "m,a=x\ty f=1i"],
    ["U+FFFD for half a surrogate pair", { tags: { a: "x\ud800" } }, "m,a=x\ufffd f=1i"],
    [
      "tags sorted by UTF-8 bytes",
      { tags: { "😀": "1", "\uff5e": "2", b: "3" } },
      "m,b=3,\uff5e=2,😀=1 f=1i",
    ],
    [
      "quotes and backslashes in a string",
      { fields: { s: { type: "string", value: 'a"b\\' } } },
      'm s="a\\"b\\\\"',
    ],
    [
      "a space for a line break in a string",
      { fields: { s: { type: "string", value: "a\nb" } } },
      'm s="a b"',
    ],
    ["an empty string", { fields: { s: { type: "string", value: "" } } }, 'm s=""'],
    [
      "booleans",
      { fields: { t: { type: "bool", value: true }, f: { type: "bool", value: false } } },
      "m t=true,f=false",
    ],
    ["a whole float as a float", { fields: { x: { type: "float", value: 2 } } }, "m x=2"],
    ["negative zero as zero", { fields: { x: { type: "int", value: -0 } } }, "m x=0i"],
    ["large integers", { fields: { x: { type: "int", value: -(2 ** 53) + 1 } } }, "m x=-9007199254740991i"],
    [
      "integers of more than 32 bits",
      { fields: { x: { type: "int", value: 2_000_000_005 * 1000 } } },
      "m x=2000000005000i",
    ],
    [
      "the largest of 32 bits",
      { fields: { x: { type: "int", value: 2 ** 31 - 1 }, y: { type: "int", value: -(2 ** 31) } } },
      "m x=2147483647i,y=-2147483648i",
    ],
    [
      "the other fields beside a NaN",
      { fields: { x: { type: "float", value: NaN }, y: { type: "float", value: 1.5 } } },
      "m y=1.5",
    ],
    ["the earliest time", { timestampNs: -(2n ** 63n) + 2n }, "m f=1i -9223372036854775806"],
  ];
  for (const [what, changes, line] of written)
    it(`writes ${what}`, () => assert.equal(encode(changes), line));

  it("sorts tags whatever the rows before looked like", () => {
    const tags = (...names: string[]) =>
      encode({ tags: Object.fromEntries(names.map((name) => [name, "x"])) });
    tags("a", "b");
    tags("c");
    assert.equal(tags("c", "b"), "m,b=x,c=x f=1i");
    assert.equal(tags("c", "b"), "m,b=x,c=x f=1i");
  });

  it("writes the same fields in whatever company they come", () => {
    const int = { type: "int", value: 1 } as const;
    const float = { type: "float", value: 2.5 } as const;
    assert.equal(encode({ fields: { a: int, b: float } }), "m a=1i,b=2.5");
    assert.equal(encode({ fields: { a: float, b: int } }), "m a=2.5,b=1i");
    assert.equal(encode({ fields: { b: int, a: float } }), "m b=1i,a=2.5");
    assert.equal(encode({ fields: { x: { type: "float", value: NaN }, a: int, b: float } }), "m a=1i,b=2.5");
  });

  it("forgets old series without mixing them up", () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 25_000; i++)
        assert.equal(encode({ tags: { id: `q-${i}`, env: "e" } }), `m,env=e,id=q-${i} f=1i`);
    }
  });

  const refused: [what: string, Partial<PointByName>, reason: RegExp][] = [
    ["an empty measurement", { measurement: "" }, /measurement is empty/],
    ["a measurement that reads as a comment", { measurement: "#queue" }, /"#queue" begins with "#"/],
    ["a point without fields", { fields: {} }, /no field with a value/],
    ["a point with nothing but NaN", { fields: { x: { type: "float", value: Infinity } } }, /no field/],
    ["a key that is too long", { tags: { a: "ä".repeat(33_000) } }, /65535 bytes/],
  ];
  for (const [what, changes, reason] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => encode(changes),
        (error) => error instanceof EncodeError && reason.test(error.message),
      );
    });
  }
});

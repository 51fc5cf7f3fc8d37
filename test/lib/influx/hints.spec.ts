import { readHints } from "../../../lib/influx/hints";

describe("hints in a hostile text", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `m,t=${"x".repeat(i % 300)} f=1 ${i}`);
  const texts: Record<string, string> = {
    "conflicts without an end": 'input field "" on measurement "" is type '.repeat(50_000),
    "quotations of nothing": "unable to parse '': ".repeat(100_000),
    "ends of quotations": `unable to parse '${"': ".repeat(700_000)}`,
    blanks: `unable to parse 'm f=1': ${" ".repeat(2_000_000)}x`,
    bounds: "Retention Policy Lower Bound at 2026-11-21T10:00:00Z ".repeat(40_000),
    numbers: ": error parsing line 1".repeat(100_000),
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`are read in linear time: ${what}`, function () {
      // Far more than any machine takes; at more than linear time, texts of this length would take hours.
      this.timeout(60_000);
      readHints({ text, body: text, lines, nsPerUnit: 1n });
    });
  }
});

// Reading an answer as large as those of a poll: the parser that lets other events in, against JSON.parse.
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Parser from "../lib/genesys/http/parse-json";
import { aggregateRows } from "./support/answers";
import { loopHeldMs, median, timed } from "./support/measure";
import { report } from "./support/report";

/** The published code: see support/conversion.ts. */
const built = createRequire(join(__dirname, "../dist/lib/genesys/http/"));
const { parseJson } = built("./parse-json.js") as typeof Parser;

const QUEUES = 300;
const ROUNDS = 60;
const WARM_UP = 10;

report(async () => {
  const body = Buffer.from(`{"results":${aggregateRows(QUEUES).text}}`);
  const whole = () => Promise.resolve(JSON.parse(body.toString("utf8")) as unknown);
  const pieces = () => parseJson(body);
  const ways = { whole, pieces };
  const found: Record<keyof typeof ways, { ms: number[]; heldMs: number[] }> = {
    whole: { ms: [], heldMs: [] },
    pieces: { ms: [], heldMs: [] },
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ["whole", "pieces"] as const) {
      const ms = await timed(ways[way]);
      const heldMs = await loopHeldMs(ways[way]);
      if (round < WARM_UP) continue;
      found[way].ms.push(ms);
      found[way].heldMs.push(heldMs);
    }
  }
  const seen = ({ ms, heldMs }: (typeof found)["whole"]) =>
    `${median(ms).toFixed(1)} ms, held ${median(heldMs).toFixed(1)} ms`;
  return [
    {
      work: `reading an answer of ${(body.length / 1e6).toFixed(1)} MB in pieces`,
      rival: "`JSON.parse` of it",
      figures: [{ of: "event loop held", value: median(found.pieces.heldMs), unit: "ms", atMost: 15 }],
      seen: `${seen(found.pieces)}; ${seen(found.whole)}`,
    },
  ];
});

import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Answer from "../../lib/line-protocol/answer";
import type * as Conversion from "../../lib/line-protocol/converter";
import type * as Settings from "../../lib/line-protocol/settings";
import type { AnswerText } from "./answers";
import { median } from "./measure";
import type { Row } from "./report";

/** The published code: TypeScript that is compiled while loading is slower, as each import goes through a getter. */
const built = createRequire(join(__dirname, "../../dist/lib/line-protocol/"));
const { readAnswer } = built("./answer.js") as typeof Answer;
const { Converter } = built("./converter.js") as typeof Conversion;
const { checkSettings } = built("./settings.js") as typeof Settings;

/** What a row costs on its way from the text of an answer to a line; microseconds, and bytes. */
export interface RowCost {
  readonly parseUs: number;
  readonly convertUs: number;
  /** Median of the ratios of the two. */
  readonly ratio: number;
  /** Bytes that the conversion takes from the heap. */
  readonly garbageBytes: number;
  readonly lineBytes: number;
}

const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;
/** Rows that are measured together: small answers are repeated. */
const ROWS_OF_ROUND = 20_000;

/**
 * Measures, over many rounds, what it takes to read an answer's text and to turn it into lines. Every answer is parsed
 * anew, as in a poll.
 */
export async function costOf({ kind, lines: rows, text }: AnswerText): Promise<RowCost> {
  const answer = readAnswer(
    { kind, environment: "production", granularity: "PT30M" },
    Date.parse("2026-11-22T11:30:00Z"),
    "",
  );
  const converter = new Converter(checkSettings({}));
  const found: { parseUs: number; convertUs: number; garbage: number }[] = [];
  let lineBytes = 0;
  const began = performance.now();
  while (performance.now() - began < WARM_UP_MS + MEASURED_MS || found.length < 5) {
    let [parseMs, convertMs, garbage] = [0, 0, 0];
    const times = Math.ceil(ROWS_OF_ROUND / rows);
    for (let i = 0; i < times; i++) {
      const start = performance.now();
      const parsed = JSON.parse(text) as unknown[];
      const parsedAt = performance.now();
      const heap = process.memoryUsage().heapUsed;
      const convertedFrom = performance.now();
      const { lines } = await converter.convert(parsed, answer);
      convertMs += performance.now() - convertedFrom;
      garbage += process.memoryUsage().heapUsed - heap;
      parseMs += parsedAt - start;
      if (lines.length !== rows) throw new Error(`${lines.length} lines of ${rows} rows`);
      if (lineBytes === 0) lineBytes = lines.reduce((sum, line) => sum + line.length, 0) / rows;
    }
    globalThis.gc?.();
    if (performance.now() - began < WARM_UP_MS) continue;
    const all = rows * times;
    found.push({
      parseUs: (parseMs * 1e3) / all,
      convertUs: (convertMs * 1e3) / all,
      garbage: garbage / all,
    });
  }
  return {
    parseUs: median(found.map(({ parseUs }) => parseUs)),
    convertUs: median(found.map(({ convertUs }) => convertUs)),
    ratio: median(found.map(({ parseUs, convertUs }) => convertUs / parseUs)),
    // A collection in between makes the figure too small: take the largest.
    garbageBytes: Math.max(...found.map(({ garbage }) => garbage)),
    lineBytes,
  };
}

/** The cost of an answer's rows against that of reading its text. */
export async function conversionRow(work: string, answer: AnswerText, atMost: number): Promise<Row> {
  const { ratio, parseUs, convertUs } = await costOf(answer);
  return {
    work,
    rival: "`JSON.parse` of the same answer",
    figures: [{ of: "time", value: ratio, atMost }],
    seen: `${convertUs.toFixed(2)} and ${parseUs.toFixed(2)} µs a row`,
  };
}

import type { Body } from "./body";
import type { Connection } from "./connection";
import type { Lane, Span } from "./lane";
import { inPrecision, type Precision } from "./precision";

/** Settings of a {@link Packer}. */
interface PackerOptions {
  readonly connection: Connection;
  /** Lines of one request. */
  readonly batchSize: number;
  readonly precision: Precision;
  readonly gzip: boolean;
}

/** Lines of one batch. */
export interface Batch {
  readonly spans: readonly Span[];
  readonly lines: readonly string[];
  /** The body of all lines, where it was made in advance; serves once. */
  body?: Promise<Body> | undefined;
}

/** Makes the bodies of requests; that of a full batch while the one before is sent, as packing takes longer than that. */
export class Packer {
  readonly #options: PackerOptions;
  /** What each lane sends next. */
  readonly #ahead = new Map<Lane, Batch>();

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** Takes the next batch out of a lane. */
  take(lane: Lane): Batch {
    const spans = lane.take(this.#options.batchSize);
    const ahead = this.#ahead.get(lane);
    this.#ahead.delete(lane);
    return ahead && isSame(ahead.spans, spans) ? ahead : { spans, lines: linesOf(spans) };
  }

  /** The body of lines of a batch: all of them, or some. */
  bodyOf(batch: Batch, lines: readonly string[]): Promise<Body> {
    const ready = lines === batch.lines ? batch.body : undefined;
    batch.body = undefined;
    return ready ?? this.#pack(lines);
  }

  /** Packs the next batch of a lane, if it is full already. */
  packNext(lane: Lane): void {
    const { batchSize } = this.#options;
    if (this.#ahead.has(lane) || lane.unsent < batchSize) return;
    const spans = lane.next(batchSize);
    const lines = linesOf(spans);
    const body = this.#pack(lines);
    // Whoever sends it learns of a failure.
    body.catch(() => {});
    this.#ahead.set(lane, { spans, lines, body });
  }

  #pack(lines: readonly string[]): Promise<Body> {
    const { connection, precision, gzip } = this.#options;
    const sent = precision === "ns" ? lines : lines.map((line) => inPrecision(line, precision));
    return connection.pack(sent.join("\n"), gzip);
  }
}

/** Whether a batch that was packed in advance has become the next: after a failure or a refusal it may be another. */
function isSame(some: readonly Span[], others: readonly Span[]): boolean {
  if (some.length !== others.length) return false;
  return some.every(({ entry, from, to }, at) => {
    const other = others[at];
    return other?.entry === entry && other.from === from && other.to === to;
  });
}

function linesOf(spans: readonly Span[]): readonly string[] {
  const [first] = spans;
  if (first && spans.length === 1 && first.from === 0 && first.to === first.entry.item.lines.length)
    return first.entry.item.lines;
  const all: string[] = [];
  for (const { entry, from, to } of spans) for (let at = from; at < to; at++) all.push(entry.item.lines[at]!);
  return all;
}

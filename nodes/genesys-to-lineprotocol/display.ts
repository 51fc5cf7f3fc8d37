import type { Converted, Converter } from "../../lib/line-protocol/converter";
import { MANY_SERIES } from "../../lib/line-protocol/series";
import { SharedPoints } from "../../lib/line-protocol/shared-points";
import type { NodeParts } from "../../lib/node-red/node";

/** The points of all converters of the runtime. */
const sharedPoints = new SharedPoints();

/** Shows a converter in status and health, and warns once of what lasts. */
export class ConverterDisplay {
  readonly #parts: NodeParts;
  readonly #converter: Converter;
  #lines = 0;
  #skipping = false;
  #many = false;

  constructor(parts: NodeParts, converter: Converter) {
    this.#parts = parts;
    this.#converter = converter;
    parts.status.show("starting", parts.text("status.ready"));
  }

  /** Shows the result of one message. */
  converted({ lines: { length: lines }, skipped, points }: Converted): void {
    const { node, reporter, status, text } = this.#parts;
    const { count: series } = this.#converter.series;
    this.#lines += lines;
    reporter.details({ lines: this.#lines });
    reporter.set({ series });
    if (skipped.length > 0) this.#skipped(skipped.length, skipped[0]?.reason);
    else if (series > MANY_SERIES) status.show("degraded", text("status.series", { series }));
    else status.show("running", () => text("status.lines", { lines }));
    if (skipped.length === 0 && series <= MANY_SERIES && this.#skipping)
      node.log("all rows can be encoded again");
    this.#skipping = skipped.length > 0;
    this.#warnOfSeries();
    this.#warnOfShared(points);
  }

  /** Shows a message that could not be converted. */
  failed(): void {
    const { reporter, status, text } = this.#parts;
    reporter.error("input");
    status.show("degraded", text("status.input"));
  }

  /** Warns when rows begin to be left out; every message has its own in `msg.skipped`. */
  #skipped(rows: number, reason: string | undefined): void {
    const { node, reporter, status, text } = this.#parts;
    reporter.error("input", rows);
    reporter.add("rowsSkipped", rows);
    status.show("degraded", text("status.skipped", { rows }));
    if (!this.#skipping) node.warn(`rows left out, see msg.skipped: ${rows}; the first one: ${reason}`);
  }

  #warnOfSeries(): void {
    const { count, widest } = this.#converter.series;
    if (this.#many || count <= MANY_SERIES) return;
    this.#many = true;
    this.#parts.node.warn(
      `more than ${MANY_SERIES} series, at which a small database gets slow; most come from ${widest}: ` +
        "ask for fewer keys, or group by less",
    );
  }

  #warnOfShared(points: Converted["points"]): void {
    const others = sharedPoints.claim(points);
    if (others.length === 0) return;
    this.#parts.node.warn(
      `${points.name} and ${others.join(", ")} become the same points and overwrite each other: ` +
        "send one of them through a converter with another measurement",
    );
  }
}

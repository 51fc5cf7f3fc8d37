import { fieldType } from "./field-types";
import type { Point } from "./point";

/** Fields for which "nothing happened" is 0: counts, sums and times; not means, extremes, ratios or texts. */
const FILLABLE = /^(?:offered|answered|abandoned)$|^longest\w+Seconds$|_(?:count|sum)$|^[ot][A-Z]\w*$/;
const NOT_FILLABLE = /_(?:min|max|current|ratio|numerator|denominator|target|p95|p99|calculatedMetricValue)$/;

interface Series {
  readonly like: Point;
  readonly times: Set<bigint | undefined>;
}

/**
 * Writes zeros where Genesys leaves out what did not happen. Only what another point of the same answer has is filled
 * in: a field that some point with the same tag keys has, and a bucket that some series has. Nothing is known of metrics
 * that no row mentions.
 *
 * @param buckets whether points are buckets, so that a series without one gets it
 * @returns the points, and `undefined` for each step of work without one, so that the caller can pause
 */
export function* zeroFill(points: readonly Point[], buckets: boolean): Generator<Point | undefined> {
  const fields = new Map<string, Set<string>>();
  const series = new Map<string, Series>();
  const times = new Set<bigint | undefined>();
  for (const point of points) {
    const shape = shapeOf(point);
    const names = fields.get(shape) ?? new Set();
    fields.set(shape, names);
    for (const { name } of point.fields) if (isFillable(name)) names.add(name);
    if (buckets) {
      times.add(point.timestampNs);
      const key = JSON.stringify(point.tags);
      const known = series.get(key) ?? { like: point, times: new Set() };
      series.set(key, known);
      known.times.add(point.timestampNs);
    }
    yield undefined;
  }
  for (const point of points) yield fill(point, fields.get(shapeOf(point)));
  for (const { like, times: present } of series.values()) {
    for (const timestampNs of times) {
      if (present.has(timestampNs)) continue;
      const names = fields.get(shapeOf(like));
      if (names?.size) yield fill({ ...like, fields: textsOf(like), timestampNs }, names);
    }
  }
}

function isFillable(name: string): boolean {
  return FILLABLE.test(name) && !NOT_FILLABLE.test(name);
}

function shapeOf({ measurement, tags }: Point): string {
  return [measurement, ...tags.map(([key]) => key).sort()].join("\n");
}

function fill(point: Point, names: Iterable<string> = []): Point {
  const present = new Set(point.fields.map(({ name }) => name));
  const fields = [...point.fields];
  for (const name of names) {
    if (!present.has(name))
      fields.push({ name, type: fieldType(name) === "int" ? "int" : "float", value: 0 });
  }
  return { ...point, fields };
}

/** The texts of a point: they belong to its series rather than to a bucket. */
function textsOf({ fields }: Point): Point["fields"] {
  return fields.filter(({ type }) => type === "string");
}

import assert from "node:assert/strict";
import type { SimAgent, SimQueue } from "../../demo/simulators/genesys/organisation/organisation";
import type { Polled } from "./simulated-nodes";
import type { SimulatedWeek } from "./simulated-week";

/** What is stored of these queues and agents, of all unless said otherwise. */
export function storedIn(
  week: SimulatedWeek,
  wanted: (entity: SimQueue | SimAgent) => boolean = () => true,
): Map<string, unknown> {
  const figures = new Map<string, unknown>();
  for (const { subject, points } of week.nodes) {
    const ids = week
      .all(subject)
      .filter(wanted)
      .map(({ id }) => id);
    for (const [point, fields] of points) {
      if (!ids.some((id) => point.includes(id))) continue;
      for (const [name, value] of fields) figures.set(`${point} ${name}`, value);
    }
  }
  return figures;
}

/** Nothing that was stored then has become something else; what came later does not matter. */
export function checkUnchanged(week: SimulatedWeek, before: ReadonlyMap<string, unknown>): void {
  assert.ok(before.size > 30, `${before.size} figures`);
  const now = storedIn(week);
  for (const [figure, value] of before) assert.equal(now.get(figure), value, figure);
}

/** No two nodes may write to one point: a sum over them would count twice. */
export function checkPoints({ nodes }: SimulatedWeek): void {
  const owners = new Map<string, string>();
  for (const { points, subject } of nodes) {
    for (const point of points.keys()) {
      assert.equal(owners.get(point), undefined, `${subject.name} writes ${point} too`);
      owners.set(point, subject.name);
    }
  }
}

/** Buckets of a span that were not asked since a time, of keys that there are; those that a named gap has lost are left out. */
export function askedBefore(
  week: SimulatedWeek,
  node: Polled,
  span: { readonly start: number; readonly end: number },
  since: number,
): string[] {
  const { grid, asked, subject } = node;
  return week
    .all(subject)
    .filter(({ from, to }) => from <= span.start && to >= span.end)
    .flatMap(({ id }) => grid.starts(span).map((bucket) => ({ id, bucket })))
    .filter(({ bucket }) => !node.isLost(bucket))
    .map(({ id, bucket }) => `${id} ${bucket}`)
    .filter((cell) => (asked.get(cell)?.at ?? 0) < since);
}

import type { StoredPoint } from "./store";

/** A point as JSON: integers as numbers where a number holds them exactly, otherwise as text. */
export function pointView(point: StoredPoint): Record<string, unknown> {
  return {
    bucket: point.bucket,
    measurement: point.measurement,
    tags: Object.fromEntries(point.tags),
    fields: Object.fromEntries(
      point.fields.map(([key, { value }]) => [key, typeof value === "bigint" ? jsonInteger(value) : value]),
    ),
    time: new Date(Number(point.timestampNs / 1_000_000n)).toISOString(),
    timestampNs: String(point.timestampNs),
    line: point.line,
  };
}

function jsonInteger(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** The page that the demo points its user to. */
export function pointsPage(points: readonly StoredPoint[], accepted: number): string {
  const rows = points.map(
    (point) =>
      `<tr><td>${new Date(Number(point.timestampNs / 1_000_000n)).toISOString()}</td>` +
      `<td>${escapeHtml(point.measurement)}</td>` +
      `<td>${list(point.tags)}</td>` +
      `<td>${list(point.fields.map(([key, { value }]) => [key, String(value)] as const))}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>InfluxDB write endpoint</title>
<style>
  body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; color: #222; }
  table { border-collapse: collapse; }
  td, th { border-top: 1px solid #ddd; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
  b { font-weight: 500; color: #666; }
</style>
<h1>InfluxDB write endpoint</h1>
<p>${accepted} lines accepted since the start. The newest ${points.length} points, also as <a href="points">JSON</a>:</p>
<table>
<tr><th>Time</th><th>Measurement</th><th>Tags</th><th>Fields</th></tr>
${rows.join("\n")}
</table>
</html>
`;
}

function list(entries: readonly (readonly [string, string])[]): string {
  return entries.map(([key, value]) => `<b>${escapeHtml(key)}</b>&nbsp;${escapeHtml(value)}`).join(", ");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

import { readAnswer } from "../../lib/line-protocol/answer";
import { convert } from "../../lib/line-protocol/convert";
import { schemaOf } from "../../lib/line-protocol/schema";
import type { SchemaSettings } from "../../lib/line-protocol/schema";

/** When the rows of messages without `msg.genesys` were polled. */
export const NOW = Date.parse("2026-11-22T12:00:00.000Z");

/** Lines and reasons for the rows of one message. */
export async function convertRows(
  payload: readonly unknown[],
  genesys: unknown,
  settings: SchemaSettings = {},
) {
  const { lines, skipped } = await convert(payload, schemaOf(settings), readAnswer(genesys, NOW, ""));
  return { lines, reasons: skipped.map(({ reason }) => reason), rows: skipped.map(({ row }) => row) };
}

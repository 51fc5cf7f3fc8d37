import { readAnswer } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings, type ConverterSettings } from "../../lib/line-protocol/settings";

/** When the rows of messages without `msg.genesys` were polled. */
export const NOW = Date.parse("2026-11-22T12:00:00.000Z");

/** Lines and reasons for the rows of one message, or of further ones that the same converter gets. */
export async function convertRows(
  payload: readonly unknown[],
  genesys: unknown,
  settings: ConverterSettings | Converter = {},
) {
  const converter = settings instanceof Converter ? settings : new Converter(checkSettings(settings));
  const { lines, skipped } = await converter.convert(payload, readAnswer(genesys, NOW, ""));
  return { lines, reasons: skipped.map(({ reason }) => reason), rows: skipped.map(({ row }) => row) };
}

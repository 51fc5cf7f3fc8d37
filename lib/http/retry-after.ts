/**
 * Reads an HTTP `Retry-After` header (RFC 9110 10.2.3): whole seconds or an HTTP date.
 *
 * @param header the header as Node's `http` gives it
 * @param nowMs the time the answer arrived, milliseconds since the epoch
 * @returns milliseconds to wait from `nowMs`, never negative; `undefined` when there is no usable value
 */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  // Date.parse takes "-5" and other numbers for years; a date header always names its weekday or month.
  if (!/[a-z]/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

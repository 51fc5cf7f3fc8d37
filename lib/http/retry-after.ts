/**
 * Reads an HTTP `Retry-After` header (RFC 9110 10.2.3): whole seconds or an HTTP date.
 *
 * @param header the header as Node's `http` gives it
 * @param nowMs the time the answer arrived, milliseconds since the epoch
 * @param dateHeader the answer's `Date`, the server's clock for reading a date: a wrong clock here does not change the
 *   wait
 * @returns milliseconds to wait from `nowMs`, never negative; `undefined` when there is no usable value
 */
export function retryAfterMs(
  header: string | string[] | undefined,
  nowMs: number,
  dateHeader?: string | string[],
): number | undefined {
  const text = single(header);
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const date = httpDate(text);
  return date === undefined ? undefined : Math.max(0, date - (httpDate(single(dateHeader)) ?? nowMs));
}

/** `Date.parse` reads "-5" and other numbers as years; an HTTP date always names its month. */
function httpDate(text: string | undefined): number | undefined {
  if (!text || !/[a-z]/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

function single(header: string | string[] | undefined): string | undefined {
  return (Array.isArray(header) ? header[0] : header)?.trim();
}

import { Breather } from "../../time/breather";

/** Bodies below this size are parsed in one go. */
const SMALL_BYTES = 128_000;
/** Entries that are parsed together have about this size: one call for each costs more than its work. */
const PIECE_BYTES = 16_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * As `JSON.parse`, without holding up the event loop: of a large object, the lists right below the top (`results`,
 * `entities`) are parsed in pieces, with breaths in between. `JSON.parse` holds it for 14 ms for an answer of 1.3 MB,
 * and for 50 ms of 2 MB on a small board; this for 4 ms, in about the same time (`bench/read-answer.ts`).
 * Answers that are bounded so that `JSON.parse` may do would take four times the requests, of which there are 300 a
 * minute.
 *
 * @throws SyntaxError where JSON.parse would
 */
export async function parseJson(body: Buffer): Promise<unknown> {
  if (body.length <= SMALL_BYTES || firstByte(body) !== OPEN_OBJECT) return JSON.parse(body.toString("utf8"));
  const breather = new Breather();
  const lists: { readonly key: string; readonly entries: unknown[] }[] = [];
  let skeleton = "";
  let copied = 0;
  let key = "";
  let lastString = "";
  let at = body.indexOf(OPEN_OBJECT) + 1;
  // Only the top level is walked here: deeper values are skipped as a whole.
  while (at < body.length) {
    switch (body[at]) {
      case QUOTE: {
        const end = endOfString(body, at);
        lastString = body.toString("utf8", at, end);
        at = end;
        break;
      }
      case COLON:
        key = lastString;
        at++;
        break;
      case OPEN_LIST: {
        const entries: unknown[] = [];
        const end = await parseList(body, at, entries, breather);
        lists.push({ key: JSON.parse(key) as string, entries });
        skeleton += `${body.toString("utf8", copied, at)}[]`;
        at = copied = end;
        break;
      }
      case OPEN_OBJECT:
        at = endOfNested(body, at);
        break;
      default:
        at++;
    }
  }
  // The skeleton holds all but the entries: errors outside of them show here.
  const whole: unknown = JSON.parse(skeleton + body.toString("utf8", copied));
  for (const { key: name, entries } of lists) {
    Object.defineProperty(whole, name, {
      value: entries,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return whole;
}

/** Parses the entries of the list that starts at `start`. @returns the place after its closing bracket */
async function parseList(
  body: Buffer,
  start: number,
  entries: unknown[],
  breather: Breather,
): Promise<number> {
  let from = start + 1;
  for (let at = from; at < body.length;) {
    const byte = body[at]!;
    if (byte === CLOSE_LIST || (byte === COMMA && at - from >= PIECE_BYTES)) {
      const piece = JSON.parse(`[${body.toString("utf8", from, at)}]`) as unknown[];
      const isEmptyList = byte === CLOSE_LIST && entries.length === 0;
      if (piece.length === 0 && !isEmptyList) throw new SyntaxError("Unexpected comma in JSON");
      for (const entry of piece) entries.push(entry);
      if (byte === CLOSE_LIST) return at + 1;
      from = ++at;
      if (breather.late) await breather.breathe();
    } else if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) at = endOfNested(body, at);
    else at++;
  }
  throw new SyntaxError("Unexpected end of JSON input");
}

/** The place after the object or list that starts at `start`. */
function endOfNested(body: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < body.length;) {
    const byte = body[at]!;
    if (byte === QUOTE) {
      at = endOfString(body, at);
      continue;
    }
    at++;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at;
  }
  throw new SyntaxError("Unexpected end of JSON input");
}

/** The place after the closing quote of the string that starts at `start`. */
function endOfString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  throw new SyntaxError("Unterminated string in JSON");
}

function firstByte(body: Buffer): number | undefined {
  return body.find((byte) => byte > 0x20);
}

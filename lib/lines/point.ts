const BACKSLASH = 0x5c;

/** The parts of a sound line; series and time identify the point. */
export interface PointParts {
  /** Measurement and tags, escapes included. */
  readonly series: string;
  readonly fields: string;
  /** `""` where the line has no timestamp. */
  readonly time: string;
}

/** Splits a sound line into its parts, as text. */
export function pointParts(line: string): PointParts {
  let end = line.indexOf(" ");
  while (end > 0 && isEscaped(line, end)) end = line.indexOf(" ", end + 1);
  const last = line.lastIndexOf(" ");
  const time = last > end ? line.slice(last + 1) : "";
  const timed = /^-?\d{1,19}$/.test(time);
  return {
    series: line.slice(0, end),
    fields: line.slice(end + 1, timed ? last : undefined),
    time: timed ? time : "",
  };
}

function isEscaped(line: string, at: number): boolean {
  let backslashes = 0;
  while (line.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** Hashes series and time into 53 bits: two points with one number are improbable. */
export function pointKey({ series, time }: PointParts): number {
  return hash(time, hash(series, 0));
}

/** Hashes a text into 53 bits; `seed` is the hash of the text before it. */
export function hash(text: string, seed: number): number {
  let a = 0x811c9dc5 ^ (seed >>> 0);
  let b = 0x9e3779b9 ^ ((seed / 2 ** 32) >>> 0);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  a ^= b >>> 15;
  b ^= a >>> 13;
  return (Math.imul(b, 0xc2b2ae35) >>> 11) * 2 ** 32 + (Math.imul(a, 0x27d4eb2f) >>> 0);
}

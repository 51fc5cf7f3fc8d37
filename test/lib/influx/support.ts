import { type Attempt, writeBatch } from "../../../lib/influx/batch";
import { BucketMemory } from "../../../lib/influx/bucket-memory";
import { classify } from "../../../lib/influx/classify";
import { FakeClock } from "../../support/fake-clock";

/** What a server of a test answers. */
export interface Reply {
  status: number;
  body?: object | string;
}
/** A server: sees the lines of a request, stores what it likes, answers. */
export type Server = (lines: readonly string[], store: (line: string) => void) => Reply;

export const isBad = (line: string) => line.includes("bad");
export const good = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `m f=1 ${from + i}`);
/** `count` lines of which those at `bad` are bad. */
export const mixed = (count: number, ...bad: number[]) =>
  good(count).map((line, i) => (bad.includes(i) ? `m f=bad${i} ${i}` : line));

/** Each server that words its refusals in its own way; all refuse the lines that are bad. */
export const servers: Record<string, Server> = {
  "InfluxDB 2, malformed lines": (lines, store) => {
    const bad = lines.filter(isBad);
    if (bad.length === 0) lines.forEach(store);
    return bad.length === 0
      ? { status: 204 }
      : {
          status: 400,
          body: {
            code: "invalid",
            message: bad.map((line) => `unable to parse '${line}': invalid number`).join("\n"),
          },
        };
  },
  "InfluxDB 2, type conflicts": (lines, store) => {
    lines.filter((line) => !isBad(line)).forEach(store);
    const dropped = lines.filter(isBad).length;
    const message = `failure writing points to database: partial write: field type conflict: input field "f" on measurement "m" is type boolean, already exists as type float dropped=${dropped}`;
    return dropped === 0 ? { status: 204 } : { status: 422, body: { code: "unprocessable entity", message } };
  },
  "InfluxDB 1.8, type conflicts": (lines, store) => {
    lines.filter((line) => !isBad(line)).forEach(store);
    const bad = lines.filter(isBad);
    const error = `partial write: field type conflict: input field "f" on measurement "m" is type boolean, already exists as type float dropped=${bad.length}`;
    return bad.length === 0 ? { status: 204 } : { status: 400, body: { error } };
  },
  "InfluxDB 1.8, too old": (lines, store) => {
    lines.filter((line) => !isBad(line)).forEach(store);
    const bad = lines.filter(isBad);
    const error = `partial write: points beyond retention policy dropped=${bad.length}`;
    return bad.length === 0 ? { status: 204 } : { status: 400, body: { error } };
  },
  "InfluxDB 3 Core": (lines, store) => {
    if (lines.some(isBad))
      return { status: 400, body: { code: "invalid", message: "line protocol parse failed: invalid value" } };
    lines.forEach(store);
    return { status: 204 };
  },
  VictoriaMetrics: (lines, store) => {
    const first = lines.findIndex(isBad);
    if (first >= 0) return { status: 400, body: victoriaText(lines.slice(first)) };
    lines.forEach(store);
    return { status: 204 };
  },
  "Cloud Serverless": (lines, store) => {
    const numbers = lines.flatMap((line, i) => (isBad(line) ? [i + 1] : []));
    lines.filter((line) => !isBad(line)).forEach(store);
    const message = `failed to parse line protocol:\n errors encountered on line(s):\n${numbers
      .slice(0, 100)
      .map((number) => ` error parsing line ${number} (1-based): invalid`)
      .join("\n")}`;
    return numbers.length === 0
      ? { status: 204 }
      : { status: 400, body: { code: "invalid", line: numbers[0], message } };
  },
  "Cloud Dedicated (201)": (lines, store) => {
    const numbers = lines.flatMap((line, i) => (isBad(line) ? [i + 1] : []));
    lines.filter((line) => !isBad(line)).forEach(store);
    if (numbers.length === 0) return { status: 204 };
    const message = `failed to parse line protocol: ${numbers.map((n) => `error parsing line ${n} (1-based)`).join("\n")}`;
    return {
      status: numbers.length === lines.length ? 400 : 201,
      body: { code: "invalid", line: numbers[0], message },
    };
  },
};

/** It quotes the rest of the body; the client cuts an answer that is not JSON after 1,000 characters. */
export function victoriaText(rest: readonly string[]): string {
  const at = 'remoteAddr: "127.0.0.1:60278"; requestURI: /api/v2/write?org=o&bucket=b&precision=ns;';
  const quoted = JSON.stringify(rest.join("\n"));
  return `${at} cannot parse influx line protocol data: incorrect influx line ${quoted}: bad value`.slice(
    0,
    1_000,
  );
}

/** Runs one batch against a server and tells what happened. */
export const write = async (
  lines: readonly string[],
  server: Server,
  memory = new BucketMemory(new FakeClock()),
) => {
  const stored = new Set<string>();
  let requests = 0;
  let pauses = 0;
  const outcome = await writeBatch(lines, {
    memory,
    nsPerUnit: 1n,
    pause: () => Promise.resolve(void pauses++),
    send: (part): Promise<Attempt> => {
      requests++;
      const { status, body = "" } = server(part, (line) => stored.add(line));
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const verdict = classify({ kind: "answer", status, headers: {}, body: text }, 0);
      return Promise.resolve({ verdict, body: text, bytes: part.join("\n").length, latencyMs: 1 });
    },
  });
  return { outcome, stored, requests, pauses };
};
/** The memory of a bucket that has taken lines a moment ago. */
export const used = () => {
  const memory = new BucketMemory(new FakeClock());
  memory.accepted(() => []);
  return memory;
};

import { systemClock } from "../../lib/time/clock";
import { Delivery } from "../../lib/wal/delivery";
import { type FileSystem, nodeFileSystem } from "../../lib/wal/file-system";
import { WalLog } from "../../lib/wal/log";
import { numberedLine } from "./wal";

/**
 * A process to be killed, or to have its disk cut off. Appends numbered lines as fast as they are confirmed, prints
 * each confirmation, and delivers the lines to a sink if it has the address of one.
 */
const { WAL_DIRECTORY, WAL_FIRST, WAL_SINK, WAL_NO_SYNC } = process.env;
const LINES = 20;
const AT_ONCE = 8;

/** The negative control: a disk that was never asked to keep anything. */
const forgetful: FileSystem = {
  ...nodeFileSystem,
  syncDirectory: () => Promise.resolve(),
  async open(path, mode) {
    const file = await nodeFileSystem.open(path, mode);
    return {
      write: (buffers, position) => file.write(buffers, position),
      read: (target, position) => file.read(target, position),
      truncate: (length) => file.truncate(length),
      sync: () => Promise.resolve(),
      close: () => file.close(),
    };
  },
};

async function main(): Promise<void> {
  const log = await WalLog.open({
    directory: WAL_DIRECTORY!,
    fileSystem: WAL_NO_SYNC ? forgetful : nodeFileSystem,
  });
  if (WAL_SINK) deliver(log, WAL_SINK);
  let next = Number(WAL_FIRST);
  const one = async (): Promise<void> => {
    const first = next;
    next += LINES;
    const lines = Array.from({ length: LINES }, (_, n) => numberedLine(first + n));
    await log.append(lines);
    process.stdout.write(`${first} ${first + LINES - 1}\n`);
    // With a sink there is no hurry: it should keep up, now and then.
    if (WAL_SINK) await new Promise((resolve) => setTimeout(resolve, 20));
    return one();
  };
  if (next >= 0) await Promise.all(Array.from({ length: AT_ONCE }, one));
}

function deliver(log: WalLog, sink: string): void {
  // Waiting for a back-off does not keep a process alive.
  setInterval(() => process.send?.({ pending: log.stats().pending }), 200);
  const delivery = new Delivery({
    log,
    clock: systemClock,
    window: 200,
    ackTimeoutMs: 2_000,
    random: () => 0,
    keepRejected: (refused) => log.keepRejected(refused).then(() => true),
    onStalled: () => undefined,
    onReadError: (error) => error && console.error(error),
    onChange: () => process.send?.({ pending: log.stats().pending }),
    send: ({ parcel, attempt }) => {
      const answer = { seq: parcel.seq, attempt };
      queue = queue
        // What was sent behind a record that failed fails with it, so that order is kept.
        .then((): Promise<Outcome> | Outcome =>
          attempt > failed ? post(sink, parcel.lines.join("\n")) : { written: false },
        )
        .then(
          ({ written, retryAfterMs }) =>
            written ? delivery.written(answer, { rejected: 0 }) : fail(answer, retryAfterMs),
          () => fail(answer),
        );
    },
  });
  const fail = (answer: { seq: number; attempt: number }, retryAfterMs?: number) => {
    failed = Math.max(failed, answer.attempt);
    delivery.failed(answer, retryAfterMs === undefined ? {} : { retryAfterMs });
  };
  let failed = 0;
  let queue: Promise<void> = Promise.resolve();
}

interface Outcome {
  readonly written: boolean;
  readonly retryAfterMs?: number;
}

async function post(sink: string, body: string): Promise<Outcome> {
  const response = await fetch(sink, { method: "POST", body, signal: AbortSignal.timeout(300) });
  if (response.status === 204) return { written: true };
  return response.status === 429 ? { written: false, retryAfterMs: 50 } : { written: false };
}

void main();

import type { Node, NodeAPI, NodeDef } from "node-red";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { LineWriter } from "../../lib/influx/line-writer";
import { type PayloadLines, readPayload } from "../../lib/lines/payload";
import type { ReadyInfluxConfig } from "../../lib/node-red/influx-config";
import type { Done, Message, Send } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { inMs } from "../../lib/node-red/settings-table";
import { ERROR_CAUSES, WriterDisplay } from "./display";
import { MIGRATIONS } from "./migrations";
import { failedMessage, failureError, rejectedGroups, rejectedMessages, writtenMessage } from "./outcome";
import { SETTINGS } from "./settings";
import { Sources } from "./sources";
import { asError } from "../../lib/terms/as-error";

/** `influx-batch-write`: writes lines to InfluxDB in batches, with an outcome for every message. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("influx-batch-write", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startNode(RED, this, {
      counts: ["linesWritten", "linesRejected"],
      causes: ERROR_CAUSES,
      read: (settings) => {
        const values = settings.read(SETTINGS, migrate(saved, MIGRATIONS));
        const server = settings.configNode<ReadyInfluxConfig>(SETTINGS.influx, "influx", values.influx);
        return { ...values, connection: server.connection, connectionName: server.name || server.type };
      },
      start: (
        { connection: server, connectionName, batchSize, flushInterval, precision, gzip, bucket: ownBucket },
        parts,
      ) => {
        const connection = new Connection(server);
        const { nodeMessageBufferMaxLength } = RED.settings as { nodeMessageBufferMaxLength?: unknown };
        const maxHeld = Number(nodeMessageBufferMaxLength ?? 0);
        const writer = new LineWriter({
          connection,
          batchSize,
          flushIntervalMs: inMs(SETTINGS.flushInterval, flushInterval),
          precision,
          gzip,
          ...(maxHeld > 0 && { maxHeldItems: maxHeld }),
          onBatch: (report) => display.batch(report),
          onReturn: () => sources.returned(),
        });
        const goal = { url: server.url, connection: connectionName, bucket: ownBucket || server.bucket };
        const display = new WriterDisplay(parts, goal, () => writer.heldLines);
        const sources = new Sources(flushInterval, (problem) => display.wiring(problem));
        return {
          input: (msg, send, done) => {
            const flush = msg["flush"] === true;
            if (flush && !mayHoldLines(msg.payload)) {
              writer.flush();
              done();
              return;
            }
            const read = readPayload(msg.payload);
            const bucket = ownBucket || bucketOf(msg) || server.bucket;
            if (!bucket)
              throw new Error(
                "no bucket: fill it in here or in the InfluxDB configuration, or set INFLUX_BUCKET or msg.bucket",
              );
            const settle = (outcome: ItemOutcome) => {
              if (outcome.status === "written") display.stored(read, outcome.rejected);
              try {
                report(msg, read, outcome, connection.target(bucket), send, done);
              } catch (error) {
                done(asError(error));
              }
            };
            writer.add({ lines: read.lines, bucket, settle, ...sources.boundsOf(msg) });
            if (flush) writer.flush();
            display.changed();
          },
          close: async () => {
            await writer.close();
            display.close();
          },
        };
      },
    });
  });
};

/** Whether a payload may be lines: a message that only says `flush` has any other, such as an inject node's time. */
function mayHoldLines(payload: unknown): boolean {
  return typeof payload === "string" || Array.isArray(payload) || payload instanceof Uint8Array;
}

function bucketOf(msg: Message): string {
  const bucket = msg["bucket"];
  if (bucket === undefined || bucket === null) return "";
  if (typeof bucket !== "string") throw new Error(`msg.bucket is of type ${typeof bucket}, not a text`);
  return bucket.trim();
}

/** Sends a message on to the output of its outcome, and settles it. */
function report(
  msg: Message,
  read: PayloadLines,
  outcome: ItemOutcome,
  target: string,
  send: Send,
  done: Done,
): void {
  const lines = read.lines.length + read.refused.length;
  if (outcome.status === "failed") {
    // A buffer sends its message again, so it does not concern Catch nodes.
    const kept = msg["wal"] !== undefined;
    send([null, failedMessage(msg, lines, outcome.error), null]);
    done(kept ? undefined : failureError(outcome.error));
    return;
  }
  const groups = rejectedGroups(read, outcome.rejected);
  if (groups.length > 0) send([null, null, rejectedMessages(msg, groups)]);
  send([writtenMessage(msg, lines, groups, target, outcome.batch), null, null]);
  done();
}

import type { Node, NodeAPI, NodeDef } from "node-red";
import { healthRegistry } from "../../lib/health/registry";
import { Connection } from "../../lib/influx/connection";
import type { ItemOutcome } from "../../lib/influx/item";
import { LineWriter } from "../../lib/influx/line-writer";
import { type PayloadLines, readPayload } from "../../lib/lines/payload";
import { type Done, type Message, onClose, onInput, type Send } from "../../lib/node-red/input";
import { migrate } from "../../lib/node-red/migrate";
import { SettingsReader } from "../../lib/node-red/settings";
import { NodeStatus } from "../../lib/node-red/status";
import type { InfluxConfigNode } from "../../lib/node-red/influx-config";
import { failedMessage, failureError, rejectedMessages, unsentLines, writtenMessage } from "./outcome";
import { WriteWatch } from "./display";

interface InfluxBatchWriteDef extends NodeDef {
  influx?: unknown;
  batchSize?: unknown;
  flushInterval?: unknown;
  precision?: unknown;
  gzip?: unknown;
  bucket?: unknown;
}

/** Writes lines to InfluxDB in batches and tells for every message what became of it. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("influx-batch-write", function (this: Node, saved: InfluxBatchWriteDef) {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved);
    const { id, type, name, z } = this;
    const reporter = healthRegistry.register({ id, type, name, flow: z });
    const status = new NodeStatus(this, reporter);
    onClose(this, async (removed) => {
      await close();
      status.close();
      if (removed) reporter.remove();
    });
    let close = async () => {};

    const settings = new SettingsReader(RED, this);
    const batchSize = settings.number("batchSize", config.batchSize, {
      fallback: 500,
      min: 1,
      max: 100_000,
      integer: true,
      unit: "lines",
    });
    const flushIntervalS = settings.number("flushInterval", config.flushInterval, {
      fallback: 30,
      min: 0,
      max: 3_600,
      unit: "s",
    });
    const precision = settings.choice("precision", config.precision, ["ns", "us", "ms", "s"]);
    const gzip = settings.flag("gzip", config.gzip, true);
    const ownBucket = settings.text("bucket", config.bucket);

    const server = RED.nodes.getNode(settings.text("influx", config.influx)) as InfluxConfigNode | null;
    const connection = server?.connection;
    if (!server) settings.problem("influx", "influx is not set: choose an InfluxDB configuration");
    // The config node has logged its own problem; here it only explains why nothing is written.
    else if (!connection)
      settings.problem("influx", server.problem ?? "the InfluxDB configuration is incomplete");
    try {
      settings.check();
    } catch (error) {
      const { message } = error as Error;
      if (!server || connection) this.error(message);
      status.show("failed", problemWords(RED, !server, message));
      // The log has the reason once; what every message repeats is short.
      const short = new Error(connection || !server ? message : "the InfluxDB configuration is incomplete");
      onInput(this, (_msg, _send, done) => done(short));
      return;
    }
    if (!connection) return;

    const { nodeMessageBufferMaxLength } = RED.settings as { nodeMessageBufferMaxLength?: unknown };
    const maxHeld = Number(nodeMessageBufferMaxLength ?? 0);
    const writer = new LineWriter({
      connection: new Connection(connection),
      batchSize,
      flushIntervalMs: flushIntervalS * 1_000,
      precision,
      gzip,
      ...(maxHeld > 0 && { maxHeldItems: maxHeld }),
      onBatch: (report) => watch.batch(report),
    });
    const watch = new WriteWatch(RED, this, status, reporter, () => writer.heldLines);
    close = async () => {
      await writer.close();
      watch.close();
    };

    onInput(this, (msg, send, done) => {
      const flush = msg["flush"] === true;
      if (flush && !mayHoldLines(msg.payload)) {
        writer.flush();
        done();
        return;
      }
      const read = readPayload(msg.payload);
      const bucket = ownBucket || bucketOf(msg) || connection.bucket;
      if (!bucket)
        throw new Error(
          "no bucket: fill it in here or in the InfluxDB configuration, or set INFLUX_BUCKET or msg.bucket",
        );
      const settle = (outcome: ItemOutcome) => {
        try {
          report(msg, read, outcome, send, done);
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      };
      writer.add({ lines: read.lines, bucket, settle });
      if (flush) writer.flush();
      watch.changed();
    });
  });
};

/** The first thing to do, in the few characters of a status. */
function problemWords(RED: NodeAPI, noServer: boolean, message: string): string {
  const variable = /or set ([A-Z_]+)/.exec(message)?.[1];
  const key = noServer ? "noInflux" : variable ? "set" : "settings";
  return RED._(`influx-batch-write.status.${key}`, variable ? { variable } : {});
}

/** A message that only says `flush` carries anything else, such as the time of an inject node. */
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
function report(msg: Message, read: PayloadLines, outcome: ItemOutcome, send: Send, done: Done): void {
  const lines = read.lines.length + read.refused.length;
  if (outcome.status === "failed") {
    // A message of a buffer comes again: that is the buffer's business, not that of Catch nodes.
    const kept = msg["wal"] !== undefined;
    send([null, failedMessage(msg, lines, outcome.error), null]);
    done(kept ? undefined : failureError(outcome.error));
    return;
  }
  const rejections = [...unsentLines(read.refused), ...outcome.rejected];
  if (rejections.length > 0) send([null, null, rejectedMessages(msg, rejections)]);
  send([writtenMessage(msg, lines, rejections.length, outcome.batch), null, null]);
  done();
}

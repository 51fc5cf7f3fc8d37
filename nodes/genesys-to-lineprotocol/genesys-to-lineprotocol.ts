import type { Node, NodeAPI, NodeDef } from "node-red";
import { readAnswer, readRows } from "../../lib/line-protocol/answer";
import { convert } from "../../lib/line-protocol/convert";
import { schemaOf } from "../../lib/line-protocol/schema";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** Turns the answers of polls, and the source tutorial's plain rows, into lines of line protocol. */
export = (RED: NodeAPI): void => {
  RED.nodes.registerType("genesys-to-lineprotocol", function (this: Node, saved: NodeDef) {
    RED.nodes.createNode(this, saved);
    startNode(RED, this, {
      counts: ["rowsSkipped"],
      read: (settings) => ({
        ...settings.read(SETTINGS, migrate(saved, MIGRATIONS)),
        fallback: settings.variable(SETTINGS.environment),
      }),
      start: ({ fallback, ...chosen }, { node, reporter, status, text, clock }) => {
        const schema = schemaOf(chosen);
        let lines = 0;
        let skipping = false;
        /** Messages leave in the order in which they came, however long each takes. */
        let last: Promise<void> = Promise.resolve();
        status.show("starting", text("status.ready"));

        const report = (count: number, skipped: number, reason: string) => {
          lines += count;
          reporter.details({ lines });
          if (skipped > 0) {
            reporter.error("input", skipped);
            reporter.add("rowsSkipped", skipped);
            status.show("degraded", text("status.skipped", { rows: skipped }));
            // One line when it begins; every message tells in msg.skipped.
            if (!skipping) node.warn(`${skipped} rows left out, see msg.skipped; the first one: ${reason}`);
          } else {
            status.show("running", text("status.lines", { lines: count }));
            if (skipping) node.log("all rows can be encoded again");
          }
          skipping = skipped > 0;
        };

        return {
          input: (msg, send, done) => {
            const work = async () => {
              const answer = readAnswer(msg["genesys"], clock.now(), fallback);
              const converted = await convert(readRows(msg.payload), schema, answer);
              msg.payload = converted.lines;
              delete msg["skipped"];
              report(converted.lines.length, converted.skipped.length, converted.skipped[0]?.reason ?? "");
              if (converted.skipped.length > 0) msg["skipped"] = converted.skipped;
              send(msg);
              done();
            };
            const mine = last.then(work);
            last = mine.catch(() => undefined);
            return mine.catch((error: unknown) => {
              reporter.error("input");
              status.show("degraded", text("status.input"));
              throw error;
            });
          },
        };
      },
    });
  });
};

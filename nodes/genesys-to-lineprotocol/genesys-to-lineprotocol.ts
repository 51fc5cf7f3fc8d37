import type { Node, NodeAPI, NodeDef } from "node-red";
import { readAnswer, readRows } from "../../lib/line-protocol/answer";
import { type Converted, Converter } from "../../lib/line-protocol/converter";
import { MANY_SERIES } from "../../lib/line-protocol/series";
import { checkSettings } from "../../lib/line-protocol/settings";
import { SharedPoints } from "../../lib/line-protocol/shared-points";
import { markMade } from "../../lib/lines/checked";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

/** The points of all converters of the runtime. */
const sharedPoints = new SharedPoints();

/** `genesys-to-lineprotocol`: turns answers of polls, and the tutorial's plain rows, into line protocol. */
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
        const converter = new Converter(checkSettings(chosen));
        let lines = 0;
        let skipping = false;
        let many = false;
        /** Ends when the message before has left: messages keep their order. */
        let last: Promise<void> = Promise.resolve();
        status.show("starting", text("status.ready"));

        const report = ({
          lines: { length: count },
          skipped: { length: skipped, 0: first },
          points,
        }: Converted) => {
          lines += count;
          reporter.details({ lines });
          reporter.set({ series: converter.series.count });
          if (skipped > 0) {
            reporter.error("input", skipped);
            reporter.add("rowsSkipped", skipped);
            status.show("degraded", text("status.skipped", { rows: skipped }));
            // Warn when it begins; every message has its own in msg.skipped.
            if (!skipping)
              node.warn(`${skipped} rows left out, see msg.skipped; the first one: ${first?.reason}`);
          } else if (converter.series.count > MANY_SERIES) {
            status.show("degraded", text("status.series", { series: converter.series.count }));
          } else {
            status.show("running", () => text("status.lines", { lines: count }));
            if (skipping) node.log("all rows can be encoded again");
          }
          skipping = skipped > 0;
          warnOfSeries();
          warnOfShared(points);
        };

        /** Warns once; status and health go on saying so. */
        const warnOfSeries = () => {
          if (many || converter.series.count <= MANY_SERIES) return;
          many = true;
          node.warn(
            `more than ${MANY_SERIES} series, at which a small database gets slow; most come from ${converter.series.widest}: ` +
              "ask for fewer keys, or group by less",
          );
        };

        const warnOfShared = (points: Converted["points"]) => {
          const others = sharedPoints.claim(points);
          if (others.length === 0) return;
          node.warn(
            `${points.name} and ${others.join(", ")} become the same points and overwrite each other: ` +
              "send one of them through a converter with another measurement",
          );
        };

        return {
          input: (msg, send, done) => {
            const work = async () => {
              const answer = readAnswer(msg["genesys"], clock.now(), fallback);
              const converted = await converter.convert(readRows(msg.payload), answer);
              msg.payload = markMade(converted.lines);
              delete msg["skipped"];
              report(converted);
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

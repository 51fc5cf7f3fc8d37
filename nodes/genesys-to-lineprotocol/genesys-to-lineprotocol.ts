import type { Node, NodeAPI, NodeDef } from "node-red";
import { readAnswer, readRows } from "../../lib/line-protocol/answer";
import { Converter } from "../../lib/line-protocol/converter";
import { checkSettings } from "../../lib/line-protocol/settings";
import { markMade } from "../../lib/lines/checked";
import { migrate } from "../../lib/node-red/migrate";
import { startNode } from "../../lib/node-red/node";
import { ConverterDisplay } from "./display";
import { MIGRATIONS } from "./migrations";
import { SETTINGS } from "./settings";

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
      start: ({ fallback, ...chosen }, parts) => {
        const converter = new Converter(checkSettings(chosen));
        const display = new ConverterDisplay(parts, converter);
        /** Ends when the message before has left: messages keep their order. */
        let last: Promise<void> = Promise.resolve();
        return {
          input: (msg, send, done) => {
            const work = async () => {
              const answer = readAnswer(msg["genesys"], parts.clock.now(), fallback);
              const converted = await converter.convert(readRows(msg.payload), answer);
              msg.payload = markMade(converted.lines);
              delete msg["skipped"];
              display.converted(converted);
              if (converted.skipped.length > 0) msg["skipped"] = converted.skipped;
              send(msg);
              done();
            };
            const mine = last.then(work);
            last = mine.catch(() => undefined);
            return mine.catch((error: unknown) => {
              display.failed();
              throw error;
            });
          },
        };
      },
    });
  });
};

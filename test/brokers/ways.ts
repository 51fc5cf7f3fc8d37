import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { apart } from "../../demo/examples/apart";
import type { FlowNode } from "../../demo/examples/flow";
import { FOR_NODE_20, throughJetStream } from "../../demo/examples/jetstream";
import type { Way } from "./halves";

/** The core MQTT nodes find the broker by their connection. */
const mqttNode = ({ type }: FlowNode, port: number) =>
  type === "mqtt-broker" ? { broker: "127.0.0.1", port: String(port) } : {};

const MQTT = { node: mqttNode, listening: /Connected to broker/ };

const written = (folder: string, name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return ["-c", path];
};

/** Messages in the stream of refused lines, as the server's own monitoring counts them. */
async function refusedInStream(folder: string): Promise<number> {
  const ports = readdirSync(folder).find((file) => file.endsWith(".ports"));
  if (!ports) return 0;
  const { monitoring } = JSON.parse(readFileSync(join(folder, ports), "utf8")) as { monitoring: string[] };
  const answer = await fetch(`${monitoring[0]}/jsz?streams=true`);
  interface Streams {
    account_details?: { stream_detail?: { name: string; state: { messages: number } }[] }[];
  }
  const { account_details: accounts = [] } = (await answer.json()) as Streams;
  const streams = accounts.flatMap(({ stream_detail: streams = [] }) => streams);
  return streams.find(({ name }) => name === "GENESYS_REJECTED")?.state.messages ?? 0;
}

/** The same example on two brokers, both started again without any file of theirs that matters; and through JetStream. */
export const WAYS: readonly Way[] = [
  {
    ...{ name: "mosquitto", program: "mosquitto", example: apart, ...MQTT },
    args: (port, folder) =>
      written(
        folder,
        "mosquitto.conf",
        `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`,
      ),
  },
  {
    ...{ name: "nats-server's MQTT listener", program: "nats-server", example: apart, ...MQTT },
    args: (port, folder) =>
      written(
        folder,
        "mqtt.conf",
        `server_name: test\nlisten: "127.0.0.1:-1"\njetstream { store_dir: "${join(folder, "mqtt")}" }\nmqtt { host: "127.0.0.1", port: ${port} }\n`,
      ),
  },
  {
    ...{ name: "JetStream", program: "nats-server", example: throughJetStream },
    modules: FOR_NODE_20.split(" "),
    // The file that operators get.
    args: (port, folder) =>
      written(
        folder,
        "nats.conf",
        readFileSync(resolve(__dirname, "../../ops/deploy/nats.conf"), "utf8")
          .replace(/^/, `http: "127.0.0.1:-1"\nports_file_dir: "${folder}"\n`)
          .replace("0.0.0.0:4222", `127.0.0.1:${port}`)
          .replace("/var/lib/nats", join(folder, "jetstream")),
      ),
    refused: refusedInStream,
    env: (port) => ({
      NATS_URL: `nats://127.0.0.1:${port}`,
      NATS_USER: "genesys",
      NATS_PASSWORD: "for-tests",
    }),
  },
];

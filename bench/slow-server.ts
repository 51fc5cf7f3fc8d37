// What batches bring where an answer takes 20 ms. Not in the table.
//   npm run build && node --import tsx bench/slow-server.ts
import { Agent, request } from "node:http";
import { tutorialRows } from "./support/answers";
import { FlowProcess } from "./support/node-red";
import { ours } from "./support/path";
import { withSink } from "./support/sink";

const ANSWER_MS = 20;
const POSTS = 100;

/** One post per line, as a flow of function and http request nodes makes them. @returns lines a second */
async function barePosts(url: string, lines: readonly string[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const start = performance.now();
  for (const line of lines) {
    await new Promise<void>((resolve, reject) => {
      const post = request(`${url}/api/v2/write`, { method: "POST", agent }, (response) => {
        response.resume().on("end", resolve);
      });
      post.on("error", reject).end(line);
    });
  }
  agent.destroy();
  return lines.length / ((performance.now() - start) / 1_000);
}

async function main(): Promise<void> {
  const rows = JSON.parse(tutorialRows(50).text) as { queueId: string }[];
  const lines = rows.map(({ queueId }, n) => `m,queueId=${queueId} offered=${n}i 1763802060000000000`);
  await withSink(ANSWER_MS, async (url) => {
    const bare = await barePosts(
      url,
      Array.from({ length: POSTS }, (_, n) => lines[n % 50]!),
    );
    for (const batchSize of [500, 5_000]) {
      const messages = Array.from({ length: 800 }, () => ({ payload: lines }));
      const feed = { messages, lines: 800 * lines.length, underWay: 400 };
      const flow = await FlowProcess.start(ours(url, feed, { gzip: true, buffered: false, batchSize }));
      await flow.run(1);
      const { linesPerS } = await flow.run(2);
      await flow.close();
      console.log(
        `${batchSize} lines a batch: ${linesPerS.toFixed(0)} lines/s, ${(linesPerS / bare).toFixed(0)} times a post per line`,
      );
    }
  });
}

void main();

// The server of the write benches, in a process of its own: takes whatever comes and answers 204, after `delayMs`.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Gives `work` the URL of a server that only answers 204. @param delayMs before each answer */
export async function withSink<T>(delayMs: number, work: (url: string) => Promise<T>): Promise<T> {
  const child: ChildProcess = fork(__filename, [String(delayMs)], { execArgv: process.execArgv });
  const [port] = (await once(child, "message")) as [number];
  try {
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    child.kill();
  }
}

function serve(delayMs: number): void {
  const server = createServer((incoming, response) => {
    const answer = () => response.writeHead(204).end();
    // Even a timer of 0 ms takes more than one.
    incoming.resume().on("end", () => (delayMs > 0 ? setTimeout(answer, delayMs) : answer()));
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("disconnect", () => process.exit());
}

if (require.main === module) serve(Number(process.argv[2]));

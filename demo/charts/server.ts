import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { InfluxEndpoint } from "../simulators/influx/server";
import { figuresOf } from "./figures";

/** The running page. */
export interface Charts {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the demo's page, with charts of what the write endpoint has stored; all of it from this machine. */
export async function startCharts(endpoint: InfluxEndpoint, port: number): Promise<Charts> {
  const html = readFileSync(join(__dirname, "page.html"));
  const [script] = buildSync({
    entryPoints: [join(__dirname, "page.ts")],
    ...{ bundle: true, minify: true, write: false, target: "es2022", logLevel: "error" },
  }).outputFiles;
  const server = createServer((request, response) => {
    const send = (type: string, body: string | Buffer) => {
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
      response.end(body);
    };
    switch (new URL(request.url ?? "/", "http://localhost").pathname) {
      case "/":
        return send("text/html", html);
      case "/page.js":
        return send("text/javascript", script?.text ?? "");
      case "/figures.json":
        return send("application/json", JSON.stringify(figuresOf(endpoint.points(), Date.now())));
      case "/points":
        return response.writeHead(302, { location: `${endpoint.url}/` }).end();
      default:
        return response.writeHead(404).end();
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

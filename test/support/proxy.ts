import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** What came through: a tunnel (`CONNECT`) or a request with a whole URL. */
export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` of a tunnel, otherwise the URL. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
}

/** A running proxy, and what went through it. */
export interface TestProxy {
  readonly port: number;
  /** Without credentials. */
  readonly url: string;
  readonly seen: ProxiedRequest[];
  /** The answer to everything from now on, with a page; or `hang`; or `undefined` to work. */
  trouble: number | "hang" | undefined;
  /** The same for tunnels alone. */
  tunnelTrouble: number | "hang" | undefined;
  /** Connections that are open to the proxy. */
  readonly connections: number;
  /** Listens no more, and cuts every connection. */
  close(): Promise<void>;
}

const PAGE = "<html><head><title>Squid says no</title></head></html>";

/**
 * An HTTP proxy on this machine.
 *
 * @param login `user:password` that it demands; without it everybody may pass
 */
export async function startProxy(login?: string): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer();
  const proxy: TestProxy = {
    port: 0,
    url: "",
    seen: [],
    trouble: undefined,
    tunnelTrouble: undefined,
    get connections() {
      return [...sockets].filter((socket) => socket.localPort === proxy.port).length;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  const judge = ({ method = "", url = "", headers }: IncomingMessage): typeof proxy.trouble => {
    proxy.seen.push({ method, target: url, headers });
    const expected = login && `Basic ${Buffer.from(login).toString("base64")}`;
    return proxy.trouble ?? (expected && headers["proxy-authorization"] !== expected ? 407 : undefined);
  };

  server.on("connection", keep);
  server.on("connect", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const trouble = judge(incoming) ?? proxy.tunnelTrouble;
    if (trouble === "hang") {
      socket.resume().on("end", () => socket.destroy());
      return;
    }
    if (trouble !== undefined) {
      socket.write(
        `HTTP/1.1 ${trouble} No\r\ncontent-type: text/html\r\ncontent-length: ${PAGE.length}\r\n\r\n`,
        () => socket.end(PAGE),
      );
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url}`);
    const behind = connect(Number(port || 80), hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    keep(behind);
    behind.on("close", () => socket.destroy());
    socket.on("close", () => behind.destroy());
  });
  server.on("request", (incoming, response) => {
    const trouble = judge(incoming);
    if (trouble === "hang") return;
    if (trouble !== undefined) {
      response.writeHead(trouble, { "content-type": "text/html" });
      response.end(PAGE);
      return;
    }
    const headers = { ...incoming.headers };
    delete headers["proxy-authorization"];
    const behind = request(
      incoming.url ?? "",
      { method: incoming.method, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    behind.on("error", () => response.writeHead(502).end());
    incoming.pipe(behind);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, { port, url: `http://127.0.0.1:${port}` });
}

const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

/** Sets the proxy variables of this process, and only these. @returns puts back what was there */
export function proxyVariables(values: Readonly<Record<string, string>>): () => void {
  const saved = VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of saved)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
}

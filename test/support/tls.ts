import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { createServer, type TlsOptions } from "node:tls";
import type { NodeAPI } from "node-red";

/** A certificate or key of `test/support/tls`; `make.sh` there says how they were made. */
export function pem(
  name: "ca" | "server" | "other-host" | "expired" | "client" | "stranger" | "key",
): string {
  return readFileSync(join(__dirname, "tls", `${name}.pem`), "utf8");
}

/** Node-RED's own `tls-config` node. */
export const tlsConfig = createRequire(__filename)("@node-red/nodes/core/network/05-tls.js") as (
  RED: NodeAPI,
) => void;

/** A running TLS front. */
export interface TlsFront {
  /** By name, as the certificates have it. */
  readonly url: string;
  readonly port: number;
  /** Handshakes that succeeded. */
  readonly handshakes: number;
  close(): Promise<void>;
}

/** How a TLS front behaves; everything has a default. */
export interface TlsFrontOptions {
  readonly certificate?: "server" | "other-host" | "expired";
  /** Asks for a certificate of our CA, and closes the connection without one. */
  readonly clientCertificate?: boolean;
  readonly maxVersion?: TlsOptions["maxVersion"];
}

/** TLS in front of a plain server on this machine, as a gateway does it. */
export async function startTlsFront(
  target: number,
  { certificate = "server", clientCertificate = false, maxVersion }: TlsFrontOptions = {},
): Promise<TlsFront> {
  let handshakes = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer({
    cert: pem(certificate),
    key: pem("key"),
    ca: pem("ca"),
    requestCert: clientCertificate,
    rejectUnauthorized: clientCertificate,
    ...(maxVersion && { maxVersion }),
  });
  server.on("connection", keep);
  server.on("secureConnection", (socket) => {
    handshakes++;
    const behind = connect(target, "127.0.0.1");
    keep(socket);
    keep(behind);
    socket.pipe(behind).pipe(socket);
    socket.on("close", () => behind.destroy());
    behind.on("close", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    port,
    get handshakes() {
      return handshakes;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

import WebSocket from "ws";
import { throughProxy } from "../../http/proxy";
import { tooSlow } from "../../http/time-limit";
import { GenesysError } from "../errors";
import type { Client } from "../http/client";
import { kindOfFailure, reasonOfFailure } from "../http/transport";

/** A connection takes no longer than this, as in Genesys' own client. */
const CONNECT_MS = 15_000;
/** After this a peer that does not take leave is gone. */
const GOODBYE_MS = 2_000;
/** Far above any event; a bound on memory. */
const MAX_FRAME_BYTES = 4_000_000;

/** Callbacks for what a socket brings. */
export interface SocketListener {
  /** @param text `undefined` for a binary frame */
  frame(text: string | undefined): void;
  /** Called once, unless it was closed from here. @param reason in words */
  closed(reason: string): void;
}

/** Sends on an open socket, and closes it. */
export interface PushSocket {
  send(text: string): void;
  /** Ends it; the listener hears nothing more. */
  close(): void;
}

/**
 * Opens the socket of a channel, through the proxy and with the TLS settings of the client.
 *
 * @param uri a credential; it is in no message
 * @throws GenesysError of kind `notFound` or `auth` when the channel is gone, otherwise as for any call
 */
export async function openSocket(
  client: Client,
  uri: string,
  listener: SocketListener,
  signal: AbortSignal,
): Promise<PushSocket> {
  const url = new URL(uri.replace(/^ws/, "http"));
  const route = await client.route(url);
  return new Promise((resolve, reject) => {
    const { agent, ...tls } = route.options;
    const socket = new WebSocket(uri, {
      ...tls,
      agent,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    });
    let opened = false;
    let ended = false;
    const end = (): boolean => {
      const first = !ended;
      ended = true;
      patience.cancel();
      signal.removeEventListener("abort", abort);
      agent.destroy();
      return first;
    };
    const fail = (error: GenesysError) => {
      if (!end()) return;
      reject(error);
      socket.terminate();
    };
    const abort = () => fail(new GenesysError("aborted", "the node is being closed"));
    const way = throughProxy(route.proxy);
    // Counted from here: a proxy that never answers gives the library no connection that it could watch.
    const patience = client.clock.after(CONNECT_MS, () =>
      fail(new GenesysError("timeout", `no socket to ${url.host}: ${tooSlow(CONNECT_MS)}${way}`)),
    );
    socket.on("unexpected-response", (_request, { statusCode = 0 }) =>
      fail(refusal(url.host, statusCode, way)),
    );
    socket.on("error", (cause) => {
      const kind = kindOfFailure(cause);
      const reason = reasonOfFailure(cause, url);
      const message = `no socket to ${url.host}: ${reason}${throughProxy(route.proxy, cause)}`;
      if (!opened) return fail(new GenesysError(kind, message));
      if (end()) listener.closed(message);
      socket.terminate();
    });
    socket.on("open", () => {
      if (ended) return;
      opened = true;
      patience.cancel();
      signal.removeEventListener("abort", abort);
      resolve({
        send: (text) => socket.send(text, () => {}),
        close: () => {
          if (end()) socket.close(1000);
          const timer = client.clock.after(GOODBYE_MS, () => socket.terminate());
          socket.once("close", () => timer.cancel());
        },
      });
    });
    socket.on("message", (data, isBinary) => {
      if (!ended) listener.frame(isBinary ? undefined : textOf(data));
    });
    socket.on("close", (code) => {
      if (!opened)
        fail(new GenesysError("network", `no socket to ${url.host}: closed at once (${code})${way}`));
      else if (end()) listener.closed(`the service closed the socket (${code})`);
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function textOf(data: WebSocket.RawData): string {
  const buffer = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return buffer.toString("utf8");
}

function refusal(host: string, status: number, way: string): GenesysError {
  const facts = { statusCode: status };
  const said = `${host} answered the WebSocket with ${status}${way}`;
  if (status === 404) return new GenesysError("notFound", `${said}: the channel is gone`, facts);
  if (status === 401) return new GenesysError("auth", `${said}: the token of the channel is dead`, facts);
  const advice = "a proxy or firewall on the way may not let WebSockets through; ask who runs it";
  return new GenesysError(status >= 500 ? "server" : "network", `${said}: ${advice}`, facts);
}

import * as http from "node:http";
import * as https from "node:https";
import { Readable } from "node:stream";
import { InfluxDB } from "@influxdata/influxdb-client";
import { connectTo, type TlsOptions } from "../http/agent";
import { readBody } from "../http/body";
import type { ServerAnswer } from "./answer";

/** One request; the body is packed already. */
export interface ClientRequest {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Closes the socket when it aborts. One signal belongs to one request. */
  readonly signal: AbortSignal;
}

/** A request and its answer. */
interface Exchange {
  readonly answer: ServerAnswer;
  /** All of the body is with the system, so that its bytes may change. */
  readonly sent: boolean;
}

/** What is known of a request under way. */
interface Running {
  readonly body: Buffer;
  exchange?: Exchange;
  /** The server had closed the idle socket, but not yet told so, when the request went out on it. */
  stale?: boolean;
}

/** How a socket fails that the other side has closed. */
const CLOSED_CODES: readonly string[] = ["ECONNRESET", "EPIPE"];

/** The signature of Node's `http.request`. */
type Request = (
  options: http.RequestOptions & { headers: http.OutgoingHttpHeaders; body?: Buffer },
  receive: (response: object) => void,
) => ReturnType<typeof http.request>;

/** Bound of an answer: large, as InfluxDB quotes every bad line of a request, which helps to find them. */
const MAX_ANSWER_BYTES = 4_000_000;

/**
 * The InfluxDB client's transport: one request, one answer, no retry of what a server may have refused. Its `WriteApi` hides answers, repeats requests by
 * itself and leaves a socket open at every timeout. Answers are read here: the client collects the bodies of errors
 * without a bound, and cuts those that are not JSON to 1,000 characters.
 */
export class InfluxClient {
  /** The proxy on the way, without its password. */
  readonly proxy: string | undefined;
  readonly #influx: InfluxDB;
  readonly #agent: http.Agent;
  readonly #running = new WeakMap<AbortSignal, Running>();

  /** @throws Error when TLS settings or a proxy variable cannot be used */
  static async connect(url: string, token: string, tls: TlsOptions | undefined): Promise<InfluxClient> {
    const { options, proxy } = await connectTo(url, { tls, maxSockets: 1 });
    return new InfluxClient(url, token, options, proxy);
  }

  private constructor(
    url: string,
    token: string,
    options: TlsOptions & { agent: http.Agent },
    proxy: string | undefined,
  ) {
    this.proxy = proxy;
    this.#agent = options.agent;
    // The client takes its request function from the option `follow-redirects`.
    const following = {
      http: { request: this.#via(http.request) },
      https: { request: this.#via(https.request) },
    };
    // Our own time limit ends the request; the client's would leave the socket open.
    this.#influx = new InfluxDB({
      ...{ url, token, timeout: 0 },
      transportOptions: { ...options, "follow-redirects": following },
    });
  }

  /**
   * Sends one request, and sends it again where an idle socket was closed meanwhile, as servers and proxies do at any
   * time; points that are written twice are the same points. Rejects when there is no whole answer.
   */
  async exchange(request: ClientRequest): Promise<Exchange> {
    const running: Running = { body: request.body };
    try {
      return await this.#send(request, running);
    } catch (error) {
      if (!running.stale || request.signal.aborted) throw error;
      return this.#send(request, { body: request.body });
    }
  }

  #send({ method, path, headers, signal }: ClientRequest, running: Running): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      this.#running.set(signal, running);
      this.#influx.transport.send(
        path,
        "",
        { method, headers: { ...headers }, signal },
        {
          next: () => {},
          error: reject,
          complete: () => {
            if (running.exchange) resolve(running.exchange);
            else reject(new Error("the request ended without an answer"));
          },
        },
      );
    });
  }

  /** Closes idle sockets. */
  close(): void {
    this.#agent.destroy();
  }

  /** Gives the body, and reads the answer, in place of the client, which gets empty ones: it would copy the body. */
  #via(send: typeof http.request): Request {
    return (options, receive) => {
      const running = options.signal && this.#running.get(options.signal);
      if (running) {
        // What the client writes once it has the request.
        options.body = running.body;
        options.headers["content-length"] = running.body.length;
      }
      let answered = false;
      const request = send(options, (response) => {
        answered = true;
        readBody(response, MAX_ANSWER_BYTES).then(
          ({ bytes }) => {
            const { statusCode: status = 0, headers } = response;
            const answer: ServerAnswer = { kind: "answer", status, headers, body: bytes.toString("utf8") };
            if (running) running.exchange = { answer, sent: request.writableFinished };
            receive(Object.assign(Readable.from([]), { statusCode: 204, headers: {} }));
          },
          (error: unknown) => {
            request.destroy();
            request.emit("error", error);
          },
        );
      });
      request.on("error", (error) => {
        const { code = "" } = error as NodeJS.ErrnoException;
        if (running && !answered) running.stale = request.reusedSocket && CLOSED_CODES.includes(code);
      });
      return request;
    };
  }
}

import type { WebSocket } from "ws";
import type { Clock, Timer } from "../../../../lib/time/clock";

/** Interval of heartbeats. */
const HEARTBEAT_MS = 30_000;

/** How the service treats its sockets; a test changes it at any time. */
export interface SocketFaults {
  /** Nothing is sent any more, while the socket stays open. */
  silent: boolean;
  /** Every event is sent twice. */
  repeat: boolean;
  /** Every other event is held back and comes after its successor. */
  reorder: boolean;
}

/** One open socket of a channel. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #faults: SocketFaults;
  #heartbeat: Timer | undefined;
  #held: string | undefined;
  /** Frames sent so far. */
  sent = 0;

  constructor(socket: WebSocket, clock: Clock, faults: SocketFaults) {
    this.#socket = socket;
    this.#faults = faults;
    const beat = () => {
      this.metadata("WebSocket Heartbeat");
      this.#heartbeat = clock.after(HEARTBEAT_MS, beat);
    };
    this.#heartbeat = clock.after(HEARTBEAT_MS, beat);
    socket.on("close", () => this.#heartbeat?.cancel());
    socket.on("error", () => socket.terminate());
    socket.on("message", (data, isBinary) =>
      this.#receive(isBinary ? "" : (data as Buffer).toString("utf8")),
    );
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  metadata(message: string): void {
    this.send({ topicName: "channel.metadata", eventBody: { message } });
  }

  system(type: string, body: Record<string, unknown>): void {
    this.send({
      topicName: `v2.system.${type}`,
      version: "2",
      eventBody: { systemTopicType: type, ...body },
    });
  }

  /** An event, with the disorder that is in force. */
  event(event: unknown): void {
    const text = JSON.stringify(event);
    if (this.#faults.reorder && this.#held === undefined) {
      this.#held = text;
      return;
    }
    for (const one of [text, this.#held]) {
      if (one === undefined) continue;
      this.raw(one);
      if (this.#faults.repeat) this.raw(one);
    }
    this.#held = undefined;
  }

  send(message: unknown): void {
    this.raw(JSON.stringify(message));
  }

  /** Any frame, as it is; a Buffer goes out as a binary one. */
  raw(frame: string | Buffer): void {
    if (this.#faults.silent || !this.open) return;
    this.sent++;
    this.#socket.send(frame);
  }

  /** Resolves when the other side has taken all that was sent so far, or is gone. */
  async taken(): Promise<void> {
    if (!this.open) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        this.#socket.off("pong", end).off("close", end);
        resolve();
      };
      this.#socket.on("pong", end).on("close", end).ping();
    });
  }

  close(code: number, reason: string): void {
    this.#heartbeat?.cancel();
    this.#socket.close(code, reason);
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.#heartbeat?.cancel();
    this.#socket.terminate();
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = (JSON.parse(text) as { message?: unknown }).message;
    } catch {
      // Not JSON: refused below.
    }
    if (message === "ping") this.metadata("pong");
    else this.send({ result: "400", status: "failure" });
  }
}

import type { Timer } from "../../time/clock";
import type { Client } from "../http/client";
import type { ChannelFacts } from "./channel-api";
import { type Frame, readFrame } from "./frames";
import { openSocket, type PushSocket } from "./socket";

/** Longest silence: the service sends a heartbeat every 30 s; as in Genesys' own clients. */
const SILENCE_MS = 35_000;
/** Silence before a ping. */
const PING_MS = 31_000;
const PING = JSON.stringify({ message: "ping" });

/**
 * Why a line ends.
 *
 * - `renew`: it still works, but its end is near: make the next one first
 * - `lost`: the socket is gone, the channel may still be there
 * - `gone`: the channel is gone as well
 */
export interface LineEnd {
  readonly kind: "renew" | "lost" | "gone";
  readonly reason: string;
}

/** Gets the frames of a line, except those about the line itself. */
export type FrameListener = (
  frame: Exclude<Frame, { kind: "alive" | "closing" | "taken" | "revoked" }>,
) => void;

/** Watches one channel and its socket, which end by silence, notices, or the end of its life. */
export class Line {
  readonly channel: ChannelFacts;
  readonly #client: Client;
  readonly #listener: FrameListener;
  #socket: PushSocket | undefined;
  #silence: Timer | undefined;
  #end: LineEnd | undefined;
  /** The service's notice that it will close the line, until `ended` has returned it. */
  #notice: LineEnd | undefined;
  #waiting: ((end: LineEnd) => void) | undefined;
  /** When anything last arrived, by the monotonic clock. */
  heardAt: number;

  private constructor(client: Client, channel: ChannelFacts, listener: FrameListener) {
    this.#client = client;
    this.channel = channel;
    this.#listener = listener;
    this.heardAt = client.clock.monotonic();
  }

  /** Opens the socket of a channel. @throws GenesysError when there is no socket to be had */
  static async open(
    client: Client,
    channel: ChannelFacts,
    listener: FrameListener,
    signal: AbortSignal,
  ): Promise<Line> {
    const line = new Line(client, channel, listener);
    const socket = await openSocket(
      client,
      channel.connectUri,
      {
        frame: (text) => line.#hear(readFrame(text)),
        closed: (reason) => line.#finish({ kind: "lost", reason }),
      },
      signal,
    );
    line.#socket = socket;
    if (line.#end) socket.close();
    else line.#watch();
    return line;
  }

  /**
   * Resolves when another line is due, at the latest at `renewAt` (by the monotonic clock). Once it was lost or gone,
   * at once.
   */
  async ended(renewAt: number, signal: AbortSignal): Promise<LineEnd> {
    if (this.#end) return this.#end;
    const notice = this.#notice;
    this.#notice = undefined;
    if (notice) return notice;
    const { clock } = this.#client;
    return new Promise((resolve) => {
      const settle = (end: LineEnd) => {
        timer.cancel();
        signal.removeEventListener("abort", abort);
        this.#waiting = undefined;
        resolve(end);
      };
      const abort = () => settle({ kind: "lost", reason: "the node is being closed" });
      const timer = clock.after(Math.max(0, renewAt - clock.monotonic()), () =>
        settle({ kind: "renew", reason: "the end of the channel or of its token is near" }),
      );
      this.#waiting = settle;
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  /** Closes the line, silently. */
  close(): void {
    this.#finish({ kind: "lost", reason: "closed" });
  }

  #hear(frame: Frame): void {
    if (this.#end) return;
    this.heardAt = this.#client.clock.monotonic();
    switch (frame.kind) {
      case "alive":
        return;
      case "closing":
        return this.#announce({ kind: "renew", reason: "the service announced maintenance" });
      case "taken":
        return this.#finish({
          kind: "gone",
          reason: "the channel was taken away: another program uses the same OAuth client, or it expired",
        });
      case "revoked":
        return this.#finish({ kind: "gone", reason: "the token of the channel was revoked" });
      default:
        this.#listener(frame);
    }
  }

  /** Checks for silence by a timer, not per frame: frames come a thousand times a second. */
  #watch(): void {
    const { clock } = this.#client;
    const silentMs = clock.monotonic() - this.heardAt;
    if (silentMs >= SILENCE_MS) {
      return this.#finish({ kind: "lost", reason: `nothing was heard for ${SILENCE_MS / 1000} s` });
    }
    if (silentMs >= PING_MS) this.#socket?.send(PING);
    const next = silentMs < PING_MS ? PING_MS : SILENCE_MS;
    this.#silence = clock.after(next - silentMs, () => this.#watch());
  }

  #finish(end: LineEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#silence?.cancel();
    this.#socket?.close();
    this.#waiting?.(end);
  }

  #announce(notice: LineEnd): void {
    if (this.#waiting) this.#waiting(notice);
    else this.#notice = notice;
  }
}

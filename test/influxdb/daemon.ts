import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { eventually } from "../support/node-red";

/** A start takes a second or two; on a machine with twenty jobs too many, over a minute. */
const START_MS = 240_000;

/** A server of its own process that can be stopped and started again on its port and data. */
export class Daemon {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #ready: string;
  #child: ChildProcess | undefined;

  /** @param ready address that answers 2xx once the server is up */
  constructor(command: string, args: readonly string[], ready: string) {
    this.#command = command;
    this.#args = args;
    this.#ready = ready;
  }

  start = async (): Promise<void> => {
    const child = spawn(this.#command, this.#args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child = child;
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
    await eventually(
      `${this.#command} answers`,
      () => {
        if (child.exitCode !== null) throw new Error(`${this.#command} ended early: ${log}`);
        return answers(this.#ready);
      },
      START_MS,
    );
  };

  stop = async (): Promise<void> => {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
}

/**
 * Whether a server is up. With a time limit: Docker accepts connections to a published port before the container listens,
 * only to drop them, and a `fetch` that met this may never settle.
 */
export function answers(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  return fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The process of wal-child.ts, and what it said so far. */
export class WalProcess {
  readonly #child: ChildProcess;
  /** Numbers of confirmed lines. */
  readonly confirmed: number[] = [];
  pending = -1;
  #errors = "";
  #listening = true;
  #told: () => void = () => undefined;

  /** @param first the number of its first line; negative: it only delivers what is there */
  constructor(directory: string, first: number, more: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "wal-child.ts")], {
      env: { ...process.env, WAL_DIRECTORY: directory, WAL_FIRST: String(first), ...more },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    createInterface(this.#child.stdout!).on("line", (line) => {
      if (!this.#listening) return;
      const [from, to] = line.split(" ").map(Number);
      for (let n = from!; n <= to!; n++) this.confirmed.push(n);
      this.#told();
    });
    this.#child.stderr!.on("data", (text) => (this.#errors += String(text)));
    this.#child.on("message", (message) => {
      this.pending = (message as { pending: number }).pending;
      this.#told();
    });
    this.#child.once("exit", () => this.#told());
  }

  /** Waits until so many lines were confirmed. */
  async confirms(lines: number): Promise<void> {
    while (this.confirmed.length < lines) await this.#news();
  }

  /** Waits until nothing is pending. */
  async drains(): Promise<void> {
    while (this.pending !== 0) await this.#news();
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => (this.#told = resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      throw new Error(`the process ended: ${this.#errors}`);
  }

  /** Ignores what it prints from now on. */
  ignore(): void {
    this.#listening = false;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }
}

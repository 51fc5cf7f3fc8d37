import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode, type FileSystem, readAll } from "./file-system";

/** The owner of a directory. `pid` alone is not enough: containers share numbers, and numbers are used again. */
export interface LockOwner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Changes with every start of the machine; `""` where unknown. */
  readonly boot: string;
  /** The process table of `pid` (containers have their own); `""` where unknown. */
  readonly namespace: string;
  /** When the process started, in the kernel's ticks; `""` where unknown. */
  readonly started: string;
}

/** The processes of a machine, as a lock needs them. */
export interface ProcessTable {
  readonly self: Omit<LockOwner, "token">;
  /** @returns the start of that process, `undefined` when there is none */
  started(pid: number): string | undefined;
}

/** Whether an owner is dead for certain: gone from this process table, or of a former start of this machine. */
export function isDead(owner: LockOwner | undefined, processes: ProcessTable): boolean {
  const { self } = processes;
  if (!owner || owner.host !== self.host) return false;
  if (owner.boot && self.boot && owner.boot !== self.boot) return true;
  if (owner.namespace !== self.namespace) return false;
  // A leftover of this process, which does not have the directory open.
  if (owner.pid === self.pid && owner.started === self.started) return true;
  const started = processes.started(owner.pid);
  return started === undefined || (owner.started !== "" && started !== "" && started !== owner.started);
}

/** Reads a lock; `undefined` when it is missing or empty. */
export async function readOwner(fileSystem: FileSystem, path: string): Promise<LockOwner | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(fileSystem, path)).toString());
    if (typeof value !== "object" || value === null) return undefined;
    const text = (key: string) => {
      const found = (value as Record<string, unknown>)[key];
      return typeof found === "string" ? found : "";
    };
    const pid = Number((value as Record<string, unknown>)["pid"]);
    return {
      token: text("token"),
      pid,
      host: text("host"),
      boot: text("boot"),
      namespace: text("namespace"),
      started: text("started"),
    };
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a lock's content. */
export function encodeOwner(owner: LockOwner): Buffer {
  return Buffer.from(`${JSON.stringify(owner)}\n`);
}

/** Words an owner for people. */
export function describeOwner(owner: LockOwner | undefined): string {
  return owner ? `process ${owner.pid} on ${owner.host}` : "another process";
}

/** The processes of this machine. */
export const processTable: ProcessTable = {
  self: {
    pid: process.pid,
    host: hostname(),
    boot: quietly(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: quietly(() => readlinkSync("/proc/self/ns/pid")),
    started: startOf("self"),
  },
  started(pid) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      if (errorCode(error) === "ESRCH") return undefined;
    }
    return startOf(String(pid));
  },
};

/** Field 22 of `/proc/<pid>/stat`, counted after the command's name, which may hold anything. */
function startOf(pid: string): string {
  return quietly(
    () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? "",
  );
}

function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

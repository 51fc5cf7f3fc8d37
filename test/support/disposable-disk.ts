import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const open = new Set<DisposableDisk>();
process.on("exit", () => {
  for (const disk of open) disk.remove();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Why no disk can be made here, or `undefined`. Only root may mount, and only Linux has these file systems. */
export function noDisks(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  return process.getuid?.() === 0 ? undefined : "needs root";
}

/** A file system of its own, in a file or in memory, that can lose its power. */
export class DisposableDisk {
  readonly #folder = mkdtempSync(join(tmpdir(), "wal-disk-"));
  readonly #mount: string[];
  readonly path = join(this.#folder, "mnt");

  /** @param kind of a loop-mounted image, or `tmpfs` */
  constructor(kind: "ext4" | "xfs" | "tmpfs", megabytes: number) {
    mkdirSync(this.path);
    if (kind === "tmpfs") {
      this.#mount = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.path];
    } else {
      const image = join(this.#folder, "image");
      writeFileSync(image, "");
      truncateSync(image, megabytes * 1024 * 1024);
      run(`mkfs.${kind}`, ["-q", image]);
      this.#mount = ["-t", kind, "-o", "loop", image, this.path];
    }
    open.add(this);
    run("mount", this.#mount);
  }

  /** Cuts the power: what was not synced is gone, and nothing more is written. */
  cut(): void {
    run("xfs_io", ["-x", "-c", "shutdown", this.path]);
  }

  /** Gives the power back. All files on it must be closed. */
  remount(): void {
    run("umount", [this.path]);
    run("mount", this.#mount);
  }

  /** Removes mount, loop device and file, whatever state the disk is in. */
  remove(): void {
    open.delete(this);
    for (const options of [[], ["-l"]]) {
      try {
        if (existsSync(this.path)) execFileSync("umount", [...options, this.path], { stdio: "ignore" });
      } catch {
        // Not mounted, or busy: then lazily.
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(command: string, args: string[]): void {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    throw new Error(`${command} is missing: install the Debian packages e2fsprogs and xfsprogs`, {
      cause: error,
    });
  }
}

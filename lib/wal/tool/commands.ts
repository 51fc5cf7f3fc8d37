import { counted } from "../../terms/counted";
import { readCursor } from "../cursor";
import { requestAdoption } from "../adopt";
import { requeueFiles } from "../dead-letter-files";
import { errorCode, type FileSystem } from "../file-system";
import { segmentFirst } from "../format";
import { pendingIn } from "../orphans";
import { type Found, Scanner } from "../scan";
import type { Request } from "./arguments";

/** The output of a command. */
export interface Output {
  /** Takes text for standard output; waits while the reader of a pipe is slow. */
  readonly write: (text: string | Uint8Array) => Promise<void>;
  /** Takes a line for standard error. */
  readonly complain: (line: string) => void;
}

/**
 * Runs one command on a log directory, which may be in use: commands only read, or (`requeue-rejected`, `adopt`) leave
 * a request for the log's owner.
 *
 * @returns the exit code
 */
export async function runCommand(fileSystem: FileSystem, request: Request, output: Output): Promise<number> {
  const { command, directory } = request;
  const segments = await list(fileSystem, directory, (name) => segmentFirst(name) !== undefined);
  if (!segments) {
    output.complain(`${directory}: there is no such directory`);
    return 2;
  }
  if (command === "requeue-rejected") return requeue(fileSystem, directory, output);
  if (command === "adopt") return adopt(fileSystem, directory, request.from ?? "", output);
  if (command === "ls") return ls(fileSystem, directory, segments, output);
  if (command === "verify") return verify(fileSystem, directory, segments, output);
  return print(fileSystem, request, segments, output);
}

async function ls(
  fileSystem: FileSystem,
  directory: string,
  names: string[],
  output: Output,
): Promise<number> {
  const cursor = (await readCursor(fileSystem, `${directory}/cursor`))?.seq ?? 0;
  let [pending, bytes] = [0, 0];
  for (const name of names) {
    let [records, lines, waiting, size, first, last] = [0, 0, 0, 0, 0, 0];
    for await (const found of scan(fileSystem, `${directory}/${name}`)) {
      size = found.to;
      if (found.kind === "damage") continue;
      records++;
      lines += found.header.lines;
      if (found.header.seq >= cursor) waiting += found.header.lines;
      first ||= found.header.t;
      last = found.header.t;
    }
    const times = records > 0 ? `${iso(first)} to ${iso(last)}` : "empty";
    await output.write(
      `${name}  ${size} bytes  ${records} records  ${lines} lines  ${waiting} pending  ${times}\n`,
    );
    pending += waiting;
    bytes += size;
  }
  for (const side of ["rejected", "quarantine"]) {
    for (const name of (await list(fileSystem, `${directory}/${side}`, () => true)) ?? []) {
      const size = (await fileSystem.info(`${directory}/${side}/${name}`))?.size ?? 0;
      await output.write(`${side}/${name}  ${size} bytes\n`);
    }
  }
  await output.write(
    `${counted(names.length, "segment")}, ${bytes} bytes, ${counted(pending, "line")} pending\n`,
  );
  return 0;
}

async function verify(
  fileSystem: FileSystem,
  directory: string,
  names: string[],
  output: Output,
): Promise<number> {
  const newest = names.at(-1);
  let [records, lines, damaged, expected] = [0, 0, 0, 0];
  for (const name of names) {
    for await (const found of scan(fileSystem, `${directory}/${name}`)) {
      if (found.kind === "record") {
        records++;
        lines += found.header.lines;
        const isFirst = found.header.seq === segmentFirst(name);
        const before = (isFirst ? found.after : undefined) ?? found.header.seq - 1;
        if (expected > 0 && before >= expected) {
          output.complain(`${name}: records ${expected} to ${before} are missing`);
        }
        expected = found.header.seq + 1;
        continue;
      }
      // A record may just be being written to the newest file.
      const unfinished = found.tail && name === newest;
      output.complain(
        `${name}: bytes ${found.from} to ${found.to} are ${unfinished ? "unfinished" : "damaged"}`,
      );
      if (!unfinished) damaged++;
    }
  }
  await output.write(
    `${counted(names.length, "segment")}, ${counted(records, "record")}, ${counted(lines, "line")} intact; ${counted(damaged, "damaged place")}\n`,
  );
  return damaged > 0 ? 1 : 0;
}

async function print(
  fileSystem: FileSystem,
  { directory, since, pending }: Request,
  names: string[],
  output: Output,
): Promise<number> {
  const from = pending ? ((await readCursor(fileSystem, `${directory}/cursor`))?.seq ?? 0) : 0;
  let damaged = 0;
  for (const name of names) {
    for await (const found of scan(fileSystem, `${directory}/${name}`)) {
      if (found.kind === "damage") {
        output.complain(
          `${name}: bytes ${found.from} to ${found.to} are left out, they are no intact record`,
        );
        damaged++;
      } else if (found.header.seq >= from && found.header.t >= since) {
        await output.write(found.payload);
      }
    }
  }
  return damaged > 0 ? 1 : 0;
}

async function requeue(fileSystem: FileSystem, directory: string, output: Output): Promise<number> {
  const path = `${directory}/rejected`;
  const count = await requeueFiles(fileSystem, path, (await list(fileSystem, path, () => true)) ?? []);
  const when = "The node sends them within seconds, or when it starts.";
  await output.write(
    count > 0
      ? `${counted(count, "file")} of dead letters will be sent again. ${when}\n`
      : "no dead letters\n",
  );
  return 0;
}

async function adopt(
  fileSystem: FileSystem,
  directory: string,
  from: string,
  output: Output,
): Promise<number> {
  const segments = await list(fileSystem, from, (name) => segmentFirst(name) !== undefined);
  if (!segments || segments.length === 0) {
    output.complain(`${from}: there is no log`);
    return 2;
  }
  const real = await fileSystem.realPath(from);
  if (real === (await fileSystem.realPath(directory))) {
    output.complain("a log cannot take itself over");
    return 2;
  }
  const { lines } = await pendingIn(fileSystem, from);
  await requestAdoption(fileSystem, directory, real);
  await output.write(
    `${counted(lines, "line")} will be taken over. The node does it within seconds, or when it starts.\n`,
  );
  return 0;
}

async function* scan(
  fileSystem: FileSystem,
  path: string,
): AsyncGenerator<Found & { readonly after?: number | undefined }> {
  let file;
  try {
    file = await fileSystem.open(path, "read");
  } catch (error) {
    // Removed since the directory was listed.
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  try {
    const size = (await fileSystem.info(path))?.size ?? 0;
    const scanner = new Scanner(file);
    for (let found = await scanner.next(size); found; found = await scanner.next(size))
      yield { ...found, after: scanner.after };
  } finally {
    await file.close();
  }
}

async function list(
  fileSystem: FileSystem,
  path: string,
  wanted: (name: string) => boolean,
): Promise<string[] | undefined> {
  try {
    return (await fileSystem.list(path)).filter(wanted).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

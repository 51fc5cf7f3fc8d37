// Handing out a backlog, against a bare read of the same files that splits the frames and checks the sums.
import { join } from "node:path";
import { backlog, inDirectory, MEGABYTE, readBare, replay } from "./support/log";
import { median, timed } from "./support/measure";
import { report } from "./support/report";

const SIZE_MB = 256;
const ROUNDS = 7;

report(() =>
  inDirectory(async (path) => {
    const directory = join(path, "log");
    const records = await backlog(directory, SIZE_MB * MEGABYTE);
    const [bare, log]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS + 1; round++) {
      const found = [await timed(() => readBare(directory, records)), await replay(directory, records)];
      // The first time belongs to the compiler.
      if (round === 0) continue;
      bare.push(found[0]!);
      log.push(found[1]!);
    }
    return [
      {
        work: `replay of ${SIZE_MB} MB`,
        rival: "bare framed read with CRC",
        figures: [{ of: "throughput", value: median(bare.map((ms, at) => ms / log[at]!)), atLeast: 0.85 }],
        seen: `${median(log).toFixed(0)} and ${median(bare).toFixed(0)} ms`,
      },
    ];
  }),
);

// 16 appends at a time, which share a sync. What a bare write of all 16 reaches is the limit of the disk.
import { appends } from "./support/log";
import { report } from "./support/report";

const AT_ONCE = 16;

report(async () => {
  const { bare, many, bareMany } = await appends(AT_ONCE);
  const limit = (AT_ONCE * bare) / bareMany;
  return [
    {
      work: "the same, 16 at a time",
      rival: "bare append + `fdatasync`",
      figures: [{ of: "throughput", value: (AT_ONCE * bare) / many, atLeast: 2.5 }],
      seen: `${(many / AT_ONCE).toFixed(2)} and ${bare.toFixed(2)} ms each; 16 in one bare write, without checksums: ${limit.toFixed(1)}`,
    },
  ];
});

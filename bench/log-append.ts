// A durable append of 500 lines through the log, against a bare write of the same bytes with its sync.
import { appends } from "./support/log";
import { report } from "./support/report";

report(async () => {
  const { bare, one } = await appends(16);
  return [
    {
      work: "append of 500 checked lines, one at a time",
      rival: "bare append + `fdatasync`",
      figures: [{ of: "throughput", value: bare / one, atLeast: 0.85 }],
      seen: `${one.toFixed(2)} and ${bare.toFixed(2)} ms`,
    },
  ];
});

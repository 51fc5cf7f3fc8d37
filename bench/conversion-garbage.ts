// What the conversion of a row of an aggregate answer takes from the heap.
import { aggregateRows } from "./support/answers";
import { costOf } from "./support/conversion";
import { report } from "./support/report";

report(async () => {
  const { garbageBytes, lineBytes } = await costOf(aggregateRows(500));
  return [
    {
      work: "garbage per aggregate row",
      rival: `its line of ${lineBytes.toFixed(0)} bytes`,
      figures: [{ of: "allocated", value: garbageBytes / 1_000, unit: "KB", atMost: 1.5 }],
      seen: `${(garbageBytes / lineBytes).toFixed(2)} times the line`,
    },
  ];
});

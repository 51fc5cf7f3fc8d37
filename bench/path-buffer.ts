// The whole path with every line on disk before it is sent; the rival keeps nothing.
import { wholePath } from "./support/path";
import { report } from "./support/report";

report(async () => [
  await wholePath(
    "the same through `wal-buffer`, `sync: always`, gzip",
    { lines: 2, cpu: 2 },
    { gzip: true, buffered: true },
  ),
]);

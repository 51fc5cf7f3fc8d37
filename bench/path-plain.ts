// The whole path without gzip. The rival compresses nevertheless: nothing turns that off.
import { wholePath } from "./support/path";
import { report } from "./support/report";

report(async () => [
  await wholePath("the same, no gzip", { lines: 3, cpu: 3.4 }, { gzip: false, buffered: false }),
]);

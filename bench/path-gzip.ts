// The whole path, from the text of an answer to its confirmation, against the usual InfluxDB nodes; both compress.
import { wholePath } from "./support/path";
import { report } from "./support/report";

report(async () => [
  await wholePath(
    "whole path, 500 rows a message, gzip",
    { lines: 2.4, cpu: 2.4 },
    { gzip: true, buffered: false },
  ),
]);

// Turning rows of aggregate answers into lines, against reading the text that they come in.
import { aggregateRows } from "./support/answers";
import { conversionRow } from "./support/conversion";
import { report } from "./support/report";

report(async () => [await conversionRow("conversion, aggregate rows of 8 metrics", aggregateRows(500), 1)]);

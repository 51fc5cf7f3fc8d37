// Turning rows of the tutorial into lines, against reading the text that they come in.
import { tutorialRows } from "./support/answers";
import { conversionRow } from "./support/conversion";
import { report } from "./support/report";

report(async () => [await conversionRow("conversion, tutorial rows, 1,000 queues", tutorialRows(1_000), 2)]);

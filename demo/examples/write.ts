// `npm run examples`: writes the flow files in examples/.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES, exampleText } from ".";

for (const [name, make] of Object.entries(EXAMPLES))
  writeFileSync(join(__dirname, "../../examples", `${name}.json`), exampleText(make()));

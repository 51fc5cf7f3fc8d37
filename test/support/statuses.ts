import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Texts {
  readonly [key: string]: string | Texts;
}

/** All texts below a key of a catalogue. */
function* textsBelow(part: string | Texts | undefined): Generator<string> {
  if (typeof part === "string") yield part;
  else for (const below of Object.values(part ?? {})) yield* textsBelow(below);
}

/** The English texts that a node type shows under its nodes, with `…` for what changes. */
export function statusesOf(type: string): string[] {
  const path = join(__dirname, `../../nodes/${type}/locales/en-US/${type}.json`);
  const catalogue = JSON.parse(readFileSync(path, "utf8")) as Record<string, Texts>;
  return [...textsBelow(catalogue[type]?.["status"])].map((text) => text.replace(/__\w+__/g, "…"));
}

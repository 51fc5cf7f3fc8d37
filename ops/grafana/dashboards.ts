import { agents } from "./agents";
import { collector } from "./collector";
import { contactCentreNow } from "./contact-centre-now";
import { intervals } from "./intervals";
import { LANGUAGES } from "./language";

const BOARDS = { "contact-centre-now": contactCentreNow, intervals, agents } as const;

/** All dashboards: path below `dashboards/` to text. */
export function dashboards(): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string, board: { build(): unknown }) =>
    files.set(path, `${JSON.stringify(board.build(), null, 2)}\n`);
  for (const language of LANGUAGES)
    for (const [name, make] of Object.entries(BOARDS)) add(`${language.id}/${name}.json`, make(language));
  add("collector.json", collector());
  return files;
}

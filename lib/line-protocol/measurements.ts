import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./schema";

/** The measurement of an answer's points where the user has named none. */
export function measurementOf({ kind, family }: AnswerContext): string {
  return KINDS[kind].measurement ?? `genesys_${family}`;
}

import { DeadLetters } from "./dead-letters";
import type { WalOptions } from "./options";
import { Quarantine } from "./quarantine";
import { syncGate } from "./serial";

/** What lies beside the segments. */
export interface Sides {
  readonly quarantine: Quarantine;
  readonly deadLetters: DeadLetters;
}

/** Looks at what lies beside the segments. */
export async function openSides({
  fileSystem,
  directory,
  node,
  version,
}: Required<WalOptions>): Promise<Sides> {
  const quarantine = new Quarantine(fileSystem, `${directory}/quarantine`);
  const deadLetters = new DeadLetters(fileSystem, `${directory}/rejected`, syncGate, { node, version });
  await quarantine.refresh();
  await deadLetters.refresh();
  return { quarantine, deadLetters };
}

/**
 * Makes a test for a name: `*` stands for any characters; case does not matter, as in Genesys Cloud.
 */
export function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split("*");
  if (parts.length === 1) return (text) => text.toLowerCase() === parts[0];
  const [first, last] = [parts[0]!, parts.at(-1)!];
  return (text) => {
    const lower = text.toLowerCase();
    if (lower.length < first.length + last.length || !lower.startsWith(first) || !lower.endsWith(last))
      return false;
    // Find each middle part at its first place after the one before: linear time for any pattern.
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const at = lower.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= lower.length - last.length;
  };
}

/** Whether an entry of a choice is a pattern. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes("*");
}

/**
 * Whether a text is the given name. `*` stands for any characters; upper and lower case count as the same, as Genesys
 * Cloud treats names.
 */
export function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split("*");
  if (parts.length === 1) return (text) => text.toLowerCase() === parts[0];
  const [first, last] = [parts[0]!, parts.at(-1)!];
  return (text) => {
    const lower = text.toLowerCase();
    if (lower.length < first.length + last.length || !lower.startsWith(first) || !lower.endsWith(last))
      return false;
    // Each middle part at its first place after the one before: linear, whatever the pattern.
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const at = lower.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= lower.length - last.length;
  };
}

export function hasWildcard(pattern: string): boolean {
  return pattern.includes("*");
}

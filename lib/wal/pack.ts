/** Lines ready to be appended: line protocol in UTF-8, each line ended by a line feed. */
export interface PreparedLines {
  readonly payload: Buffer;
  readonly lines: number;
}

/** Joins lines into payloads of at most `maxLines` lines and about `maxBytes` bytes, in order. */
export function packLines(lines: readonly string[], maxLines: number, maxBytes: number): PreparedLines[] {
  const whole = pack(lines);
  if (lines.length <= maxLines && whole.payload.length <= maxBytes) return lines.length > 0 ? [whole] : [];
  const packed: PreparedLines[] = [];
  for (let from = 0; from < lines.length;) {
    let [to, bytes] = [from, 0];
    do bytes += Buffer.byteLength(lines[to++]!) + 1;
    while (to < lines.length && to - from < maxLines && bytes + Buffer.byteLength(lines[to]!) < maxBytes);
    packed.push(pack(lines.slice(from, to)));
    from = to;
  }
  return packed;
}

function pack(lines: readonly string[]): PreparedLines {
  return { payload: Buffer.from(`${lines.join("\n")}\n`), lines: lines.length };
}

/** Joins small neighbours, in order, up to the bounds; longer ones stay. */
export function joinSmall(
  records: readonly PreparedLines[],
  maxLines: number,
  maxBytes: number,
): PreparedLines[] {
  const joined: PreparedLines[] = [];
  for (let from = 0; from < records.length;) {
    let { lines, payload } = records[from]!;
    let bytes = payload.length;
    let to = from + 1;
    for (; to < records.length; to++) {
      const next = records[to]!;
      if (lines + next.lines > maxLines || bytes + next.payload.length > maxBytes) break;
      lines += next.lines;
      bytes += next.payload.length;
    }
    if (to > from + 1) payload = Buffer.concat(records.slice(from, to).map((record) => record.payload));
    joined.push({ lines, payload });
    from = to;
  }
  return joined;
}

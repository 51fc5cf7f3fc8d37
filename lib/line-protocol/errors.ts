/** A row, or a part of one, that cannot become a point; the message says what was found and what was expected. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** A point that line protocol cannot carry; the message names the part that is wrong and why. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

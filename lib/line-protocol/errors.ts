/** A row, or a part of one, that cannot become a point; the message names what was found and what was expected. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** A point that line protocol cannot carry; the message names the wrong part and the reason. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

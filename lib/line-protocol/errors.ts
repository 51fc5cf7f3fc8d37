/**
 * What was given, a row or a part of one, a message or a setting, cannot become a point; the message names what was found
 * and what was expected.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** A point that line protocol cannot carry; the message names the wrong part and the reason. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

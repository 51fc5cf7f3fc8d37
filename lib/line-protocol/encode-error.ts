/** A point that line protocol cannot carry; the message names the part that is wrong and why. */
export class EncodeError extends Error {
  override readonly name = "EncodeError";
}

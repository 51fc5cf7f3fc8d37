/** Media types of Genesys Cloud that queues route, in the spelling of analytics. */
export const MEDIA_TYPES = [
  "voice",
  "callback",
  "chat",
  "email",
  "message",
  "cobrowse",
  "screenshare",
  "video",
  "internalmessage",
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** What people, and other parts of the API, call them. */
const ALSO: Readonly<Record<string, MediaType>> = {
  call: "voice",
  phone: "voice",
  webchat: "chat",
  mail: "email",
  messaging: "message",
  sms: "message",
  whatsapp: "message",
};

/**
 * Reads chosen media types, whatever their case; `call` is `voice`.
 *
 * @throws Error naming one that there is not, as Genesys would answer nothing for it, without a word
 */
export function readMediaTypes(chosen: readonly string[]): MediaType[] {
  const read = chosen.map((entry) => {
    const word = entry.trim().toLowerCase();
    const found =
      MEDIA_TYPES.find((type) => type === word) ?? (Object.hasOwn(ALSO, word) ? ALSO[word] : undefined);
    if (!found) throw new Error(`mediaTypes "${entry}" is unknown: use ${MEDIA_TYPES.join(", ")}`);
    return found;
  });
  return [...new Set(read)];
}

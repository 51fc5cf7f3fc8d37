/** The media types that queues of Genesys Cloud route, spelled as in analytics. */
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
/** One of {@link MEDIA_TYPES}. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Other names for them: people's, and those of other parts of the API. */
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
 * Reads chosen media types, in any case; `call` is `voice`.
 *
 * @throws Error naming one that does not exist: Genesys answers it with nothing, and no error
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

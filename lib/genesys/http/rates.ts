/** Requests per minute and OAuth client that Genesys Cloud allows unless support raised it. */
export const RATE_PER_MINUTE = 300;
/** The part of the allowance that we use: others may share the OAuth client. */
export const USED_SHARE = 0.9;
/** The part of what live polls leave free that older buckets may take. */
export const BACKGROUND_SHARE = 0.5;

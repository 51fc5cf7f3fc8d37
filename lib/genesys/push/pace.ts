/** While changes are not pushed, the state is asked for this often. */
export const FALLBACK_MS = 30_000;
/** Factor on list ages: new queues and agents are found within 15 min, as looking more often would cost most of all. */
export const LIST_PATIENCE = 5;
/** Topics of a channel, so that what is added later finds room; up to the limit where channels are scarce. */
export const CHANNEL_FILL = 900;
/** Channels of one OAuth client; the next one evicts another (notifications API, `PostNotificationsChannels`). */
export const MAX_CHANNELS = 20;

/** How often the number of a list's entries is asked: it changes with most entries that come and go. */
export const TOTAL_AGE_MS = 3 * 60_000;
/** Entries in one page: a size that every list of the platform API is known to take. */
export const PAGE_SIZE = 100;

/** At most ten lists of members are read in a minute: each is a request, and a client may poll hundreds of queues. */
const MEMBERS_PER_QUEUE_MS = 6_000;
const HOUR_MS = 3_600_000;

/** After this time a whole list is read again: a request per 100 entries, so that long ones are read less often. */
export function listAgeMs(entries: number): number {
  return (entries > 2_000 ? 30 : 10) * 60_000;
}

/** After this time the members of each of so many queues are read again. */
export function membersAgeMs(queues: number): number {
  return Math.max(listAgeMs(0), queues * MEMBERS_PER_QUEUE_MS);
}

/** The requests for one list: whole readings, and its number of entries between them. */
export function listRequestsPerHour(entries: number): number {
  const age = listAgeMs(entries);
  const looks = Math.floor((age - TOTAL_AGE_MS / 2) / TOTAL_AGE_MS);
  return (HOUR_MS / age) * (Math.max(1, Math.ceil(entries / PAGE_SIZE)) + looks);
}

/** The requests for the lists of members. */
export function memberRequestsPerHour(queues: number): number {
  return queues === 0 ? 0 : (HOUR_MS / membersAgeMs(queues)) * queues;
}

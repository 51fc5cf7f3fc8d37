/**
 * The regions of Genesys Cloud, by the host that stands in `https://api.{host}` and `https://login.{host}`.
 * Source: `PureCloudRegionHosts` of the official JavaScript SDK 262.0.0.
 */
export const REGIONS = [
  { host: "mypurecloud.com", name: "us_east_1" },
  { host: "usw2.pure.cloud", name: "us_west_2" },
  { host: "use2.us-gov-pure.cloud", name: "us_east_2" },
  { host: "cac1.pure.cloud", name: "ca_central_1" },
  { host: "sae1.pure.cloud", name: "sa_east_1" },
  { host: "mxc1.pure.cloud", name: "mx_central_1" },
  { host: "mypurecloud.ie", name: "eu_west_1" },
  { host: "euw2.pure.cloud", name: "eu_west_2" },
  { host: "mypurecloud.de", name: "eu_central_1" },
  { host: "euc2.pure.cloud", name: "eu_central_2" },
  { host: "edee1.eusc-pure.cloud", name: "eusc_de_east_1" },
  { host: "mec1.pure.cloud", name: "me_central_1" },
  { host: "aps1.pure.cloud", name: "ap_south_1" },
  { host: "apse1.pure.cloud", name: "ap_southeast_1" },
  { host: "mypurecloud.com.au", name: "ap_southeast_2" },
  { host: "mypurecloud.jp", name: "ap_northeast_1" },
  { host: "apne2.pure.cloud", name: "ap_northeast_2" },
  { host: "apne3.pure.cloud", name: "ap_northeast_3" },
] as const;

/** The region of a new node, as in Genesys Cloud's own SDKs. */
export const DEFAULT_REGION = REGIONS[0].host;

/** The addresses of the API and of its tokens. */
export interface Endpoints {
  /** Without trailing slash; paths start with `/api/v2`. */
  readonly apiUrl: string;
  /** Without trailing slash; serves `/oauth/token`. */
  readonly loginUrl: string;
  /** Host of the region, or `custom`. */
  readonly region: string;
}

/** The settings of a `genesys-config` node that name the endpoints. Blank texts count as absent. */
export interface EndpointSettings {
  /** Host of a region, or `custom`. */
  readonly region?: string;
  readonly baseUrl?: string;
  readonly loginUrl?: string;
  /** `GENESYS_BASE_URL`. */
  readonly environmentBaseUrl?: string;
}

/**
 * Finds the endpoints. The base URL setting wins; then a chosen region (any but the default, which may be unintended);
 * then the environment's base URL; then the default region.
 *
 * A base URL of a known `api.{host}` takes its tokens from `login.{host}`; any other one without a login URL serves
 * its own `/oauth/token`, as the tutorial's collector, gateways and simulators do.
 *
 * @throws Error naming an unknown region, or a URL that is not one
 */
export function endpoints(settings: EndpointSettings): Endpoints {
  const region = settings.region?.trim() || DEFAULT_REGION;
  if (region !== "custom" && !isRegion(region)) throw new Error(unknownRegion(region));
  const chosen = region !== "custom" && region !== DEFAULT_REGION;
  const baseUrl = settings.baseUrl?.trim() || (chosen ? "" : settings.environmentBaseUrl?.trim());
  if (!baseUrl && region === "custom") {
    throw new Error("baseUrl is not set: fill it in, or set GENESYS_BASE_URL, or choose a region");
  }
  const apiUrl = clean(baseUrl || `https://api.${region}`, "baseUrl");
  const host = knownHost(apiUrl);
  const loginUrl = settings.loginUrl?.trim()
    ? clean(settings.loginUrl, "loginUrl")
    : host
      ? `https://login.${host}`
      : apiUrl;
  return { apiUrl, loginUrl, region: host ?? "custom" };
}

function isRegion(host: string): boolean {
  return REGIONS.some((region) => region.host === host);
}

function unknownRegion(region: string): string {
  const hosts = REGIONS.map(({ host }) => host).join(", ");
  return `region "${region.slice(0, 60)}" is unknown: use one of ${hosts}, or custom with a base URL`;
}

/** Removes what people paste too: spaces, trailing slashes, the `/api/v2` that every path starts with. */
function clean(text: string, setting: string): string {
  const trimmed = text
    .trim()
    .replace(/\/+$/, "")
    .replace(/\/api\/v2$/, "");
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`${setting} is not a URL that starts with http:// or https://`);
  }
  if (url.username || url.password) throw new Error(`${setting} must not hold a user name or password`);
  if (url.search || url.hash) throw new Error(`${setting} must end before any ? or #`);
  return trimmed;
}

function knownHost(apiUrl: string): string | undefined {
  const { protocol, host } = new URL(apiUrl);
  return REGIONS.find((region) => protocol === "https:" && host === `api.${region.host}`)?.host;
}

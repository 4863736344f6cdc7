import type { CredentialState } from './driver.ts';
import type { Lead, TriedCredentials } from './driver-lead.ts';
import type { Site } from './model.ts';

/** Refused ones are tried again after so many milliseconds: a person may just be mending them. */
const REFUSED = 10_000;

/** The state of a site's credentials, tried once for all sites with the same ones. */
export async function checked(lead: Lead, site: Site): Promise<CredentialState> {
  const key = JSON.stringify([site.host, site.credentials]);
  const known = lead.credentials.get(key);
  if (known && known.until > lead.options.now()) return known.state;
  const tried: TriedCredentials = {
    state: lead.options.checkCredentials(site, lead.signal),
    until: Number.POSITIVE_INFINITY,
  };
  lead.credentials.set(key, tried);
  try {
    const state = await tried.state;
    lead.credentials.set(key, { ...tried, until: lead.options.now() + validity(lead, state) });
    return state;
  } catch (error) {
    lead.credentials.delete(key);
    throw error;
  }
}

/** Who was not reached is asked again as soon as its back-off allows. */
function validity(lead: Lead, state: CredentialState): number {
  if (state.kind === 'good') return lead.options.limits.credentials;
  return state.kind === 'refused' ? REFUSED : 0;
}

/** The API of the server that served this page. The session's cookie says who asks. */
import { createClient } from '@hooklane/client';
import type { Client } from '@hooklane/client';

/** One method for each route of the contract. */
export const api: Client = createClient({ url: window.location.origin, session: true, retries: 1 });

/** What the address of the list of scopes can say; the names are the API's. */
import { z } from 'zod';

/** Bad values are ignored rather than shown as an error: an address is typed by people. */
export const scopesSearch = z.object({
  search: z.string().max(256).optional().catch(undefined),
  kind: z.enum(['application', 'environment']).optional().catch(undefined),
});

/** The parsed address. */
export type ScopesSearch = z.infer<typeof scopesSearch>;

/** What handlers answer when an account has no notification URL. */
import { HooklaneError } from '@hooklane/core';

/** `not_found`, with what to do. */
export function noNotifications(account: string): HooklaneError {
  return new HooklaneError('not_found', {
    detail: `The account ${account} has no notification URL. Set one with PUT /v1/accounts/${account}/notifications {"url": …}.`,
  });
}

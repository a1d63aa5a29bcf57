/** What handlers answer when there is no such thing. */
import { HooklaneError, showValue } from '@hooklane/core';

/** `what`: `webhook`, `delivery`; `orElse`: what else it can be. The id that was asked for is shown. */
export function notFound(what: string, id: string, orElse?: string): HooklaneError {
  return new HooklaneError('not_found', {
    detail: `There is no ${what} ${showValue(id)}, or it was removed meanwhile${orElse === undefined ? '' : `, or ${orElse}`}.`,
  });
}

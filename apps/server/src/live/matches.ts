/** Whether a delivery is one that a filter asks for, as the searches of the store see it. */
import { nameKey } from '@hooklane/core';
import type { Delivery } from '@hooklane/core';
import type { DeliveryFilter } from '../ports.ts';

/** By what never changes: whose it is, of what, since when. */
export function isAbout(filter: DeliveryFilter, delivery: Delivery): boolean {
  const { account, application, environment, webhook, event, since, until } = filter;
  const { scope, createdAt } = delivery;
  const isScope = (kind: string, name: string | undefined): boolean =>
    name === undefined || (scope.kind === kind && nameKey(scope.name) === nameKey(name));
  return (
    (account === undefined || nameKey(delivery.account) === nameKey(account)) &&
    isScope('application', application) &&
    isScope('environment', environment) &&
    (webhook === undefined || delivery.webhookId === webhook) &&
    (event === undefined || delivery.event === event) &&
    (since === undefined || createdAt >= since) &&
    (until === undefined || createdAt < until)
  );
}

/** By how it stands now. */
export function isInState({ status, reason, statusCode }: DeliveryFilter, delivery: Delivery): boolean {
  return (
    (status === undefined || delivery.status === status) &&
    (reason === undefined || delivery.reason === reason) &&
    (statusCode === undefined || (delivery.lastStatusCode ?? 0) === statusCode)
  );
}

/** Filters of deliveries: times inside are ms, outside RFC 3339. */
import type { ApiDeliveryFilter, ApiRedrive } from '@hooklane/client';
import type { DeliveryFilter, RedriveJob } from '../ports.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

/** What a caller gave, without what is not part of the filter and without empty members. */
export function readFilter(given: ApiDeliveryFilter): DeliveryFilter {
  const { account, application, environment, webhook, event, status, reason, statusCode, since, until } =
    given;
  return {
    ...(account === undefined ? {} : { account }),
    ...(application === undefined ? {} : { application }),
    ...(environment === undefined ? {} : { environment }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(event === undefined ? {} : { event }),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
  };
}

/** A bulk action as the API gives it. */
export function viewRedrive(job: RedriveJob): ApiRedrive {
  const { since, until, accounts, ...filter } = job.filter;
  return {
    ...job,
    accounts: accounts === undefined ? null : [...accounts],
    filter: {
      ...filter,
      ...(since === undefined ? {} : { since: rfc3339(since) }),
      ...(until === undefined ? {} : { until: rfc3339(until) }),
    },
    createdAt: rfc3339(job.createdAt),
    finishedAt: rfc3339OrNull(job.finishedAt),
  };
}

/** The words of the original for the two kinds of scope. */
import type { ScopeAddress } from '../../api/scopes.ts';

/** What differs between the page of an application and that of an environment. */
export interface ScopeWords {
  kind: string;
  subtitle: string;
  enable: string;
  /** What happens there. */
  events: string;
}

/** See {@link ScopeWords}. */
export const SCOPE_WORDS: Record<ScopeAddress['kind'], ScopeWords> = {
  application: {
    kind: 'Application',
    subtitle: 'Configure webhooks for application builds',
    enable: 'Enable webhooks for application builds',
    events: 'builds',
  },
  environment: {
    kind: 'Environment',
    subtitle: 'Configure webhooks for deployments to this environment',
    enable: 'Enable webhooks for environment deployments',
    events: 'deployments',
  },
};

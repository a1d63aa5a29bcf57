import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { scopeQuery } from '../../api/scopes.ts';
import type { ScopeAddress } from '../../api/scopes.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { SCOPE_WORDS } from './scope-words.ts';
import { WebhooksSection } from './webhooks-section.tsx';

const applicationRoute = getRouteApi('/signed-in/accounts/$account/applications/$name');
const environmentRoute = getRouteApi('/signed-in/accounts/$account/environments/$name');

/** The settings of an application: whose builds are told. */
export function ApplicationPage() {
  const { account, name } = applicationRoute.useParams();
  return <ScopePage address={{ kind: 'application', account, name }} />;
}

/** The settings of an environment: whose deployments are told. */
export function EnvironmentPage() {
  const { account, name } = environmentRoute.useParams();
  return <ScopePage address={{ kind: 'environment', account, name }} />;
}

function ScopePage({ address }: { address: ScopeAddress }) {
  const { kind, account, name } = address;
  const query = useQuery(scopeQuery(address));
  return (
    <>
      <PageHeader
        title={name}
        above={
          <>
            <TextLink to="/scopes" search={{ kind }}>
              {kind === 'application' ? 'Applications' : 'Environments'}
            </TextLink>
            <span aria-hidden="true"> / </span>
            {account}
          </>
        }
        subtitle={`${SCOPE_WORDS[kind].kind} settings`}
        actions={
          <LinkButton to="/deliveries" search={{ account, [kind]: name }} icon={Send}>
            Deliveries
          </LinkButton>
        }
      />
      {query.isPending && <PageLoading />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && <WebhooksSection address={address} scope={query.data} />}
    </>
  );
}

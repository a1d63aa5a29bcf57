import type { ApiToken } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/permissions.ts';
import { tokensQuery } from '../../api/tokens.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { ReadOnlyNote } from '../../ui/read-only-note.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { RevokeTokenDialog } from './revoke-token-dialog.tsx';
import { TokenCard, tokenColumns } from './token-columns.tsx';

/** Who may use the API and this console. For admins. */
export function TokensPage() {
  const may = useMay('createToken');
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Tokens"
        subtitle="Who may use the API and this console. That of the setting HOOKLANE_API_TOKEN is not listed: it is always there."
        actions={
          may && (
            <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>
              Create a token
            </Button>
          )
        }
      />
      <ReadOnlyNote route="listTokens" what="see or change tokens" />
      {may && <TokenList onCreate={() => setCreating(true)} />}
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function TokenList({ onCreate }: { onCreate: () => void }) {
  const query = useQuery(tokensQuery);
  const [asked, setAsked] = useState<ApiToken | null>(null);
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { items } = query.data;
  if (items.length === 0) {
    return (
      <EmptyState
        icon={KeyRound}
        title="No tokens yet"
        action={
          <Button icon={Plus} onClick={onCreate}>
            Create a token
          </Button>
        }
      >
        Everybody who comes uses the one of the setting, which may do everything. Give each person and each
        program a token of its own, with no more than it needs.
      </EmptyState>
    );
  }
  return (
    <Card>
      <DataTable
        label="Tokens"
        columns={tokenColumns(setAsked)}
        rows={items}
        rowKey={({ id }) => id}
        card={(token) => <TokenCard token={token} onRevoke={setAsked} />}
      />
      <LoadMore hasMore={false} isLoading={false} onMore={() => undefined} shown={items.length} />
      {asked !== null && <RevokeTokenDialog token={asked} onClose={() => setAsked(null)} />}
    </Card>
  );
}

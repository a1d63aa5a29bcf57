import type { ApiDeliveryDetail } from '@hooklane/client';
import { Tabs } from 'radix-ui';
import { Section } from '../../ui/card.tsx';
import { CodeBlock, prettyJson } from '../../ui/code-block.tsx';
import { HeaderList } from '../../ui/header-list.tsx';

type SentRequest = ApiDeliveryDetail['request'];

const TAB =
  'border-b-2 border-transparent px-1 pb-1.5 text-sm font-medium text-ink-2 hover:text-ink ' +
  'data-[state=active]:border-accent-mark data-[state=active]:text-ink';

/** What the latest try sent, or what the first one will send. */
export function RequestPanel({ request }: { request: SentRequest }) {
  if (request === null) {
    return (
      <Section title="Request">
        <p className="p-4 text-ink-2">
          The webhook was deleted; what it would be sent is not known any more.
        </p>
      </Section>
    );
  }
  const { method, url, headers, body, signatureBase, next, webhookChanged } = request;
  return (
    <Section title="Request" subtitle={next ? 'What the first try will send' : 'As the latest try sent it'}>
      <div className="grid gap-4 p-4">
        <p className="font-mono text-xs wrap-anywhere">
          <span className="font-semibold">{method}</span> {url}
        </p>
        {webhookChanged && (
          <p className="rounded-md bg-wait-soft px-3 py-2 text-sm text-wait">
            The webhook was changed since: URL and signature headers are those of now.
          </p>
        )}
        <Tabs.Root defaultValue="body" className="min-w-0">
          <Tabs.List aria-label="Parts of the request" className="mb-3 flex gap-4 border-b border-line">
            <Tabs.Trigger value="body" className={TAB}>
              Body
            </Tabs.Trigger>
            <Tabs.Trigger value="headers" className={TAB}>
              Headers
            </Tabs.Trigger>
            <Tabs.Trigger value="signature" className={TAB}>
              Signature base
            </Tabs.Trigger>
          </Tabs.List>
          <Tabs.Content value="body">
            <CodeBlock text={prettyJson(body)} label="Request body" />
          </Tabs.Content>
          <Tabs.Content value="headers">
            <HeaderList headers={headers} label="Request headers" />
          </Tabs.Content>
          <Tabs.Content value="signature">
            <SignatureBase text={signatureBase} />
          </Tabs.Content>
        </Tabs.Root>
      </div>
    </Section>
  );
}

function SignatureBase({ text }: { text: string | null }) {
  if (text === null) {
    return (
      <p className="text-ink-2">Nothing is signed: the webhook has no secret, or sends it as a token.</p>
    );
  }
  return (
    <>
      <p className="mb-2 text-sm text-ink-2">
        The signature is the HMAC-SHA256 of exactly these bytes with the secret of the webhook.
      </p>
      <CodeBlock text={text} label="Signature base" />
    </>
  );
}

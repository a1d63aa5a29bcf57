import type { ApiDeliveryDetail } from '@hooklane/client';
import { Tabs } from 'radix-ui';
import { Section } from '../../ui/card.tsx';
import { CodeBlock, prettyJson } from '../../ui/code-block.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { HeaderList } from '../../ui/header-list.tsx';
import { curlCommand } from './curl-command.ts';

type SentRequest = ApiDeliveryDetail['request'];

const TAB =
  'border-b-2 border-transparent px-1 pb-1.5 text-sm font-medium text-ink-2 hover:text-ink ' +
  'data-[state=active]:border-accent-mark data-[state=active]:text-ink';

/** What one try sent, or will send. */
export function RequestPanel({ request }: { request: SentRequest }) {
  if (request === null) {
    return (
      <Section title="Request">
        <p className="p-4 text-ink-2">
          The webhook was deleted; what it was or would be sent is not known any more.
        </p>
      </Section>
    );
  }
  const { method, url, headers, body, signatureBase, attempt, next } = request;
  return (
    <Section
      title={`Request of try ${attempt}`}
      subtitle={next ? 'As it will be sent' : 'As it was sent'}
      actions={<CopyButton text={curlCommand(request)} label="Copy as curl" />}
    >
      <div className="grid gap-4 p-4">
        <p className="font-mono text-xs wrap-anywhere">
          <span className="font-semibold">{method}</span> {url}
        </p>
        <Caveats request={request} />
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
            {!next && <p className="mt-2 text-sm text-ink-3">A traceparent, if it had one, is not kept.</p>}
          </Tabs.Content>
          <Tabs.Content value="signature">
            <SignatureBase text={signatureBase} />
          </Tabs.Content>
        </Tabs.Root>
      </div>
    </Section>
  );
}

/** Where what is shown is not what was sent. */
function Caveats({ request }: { request: NonNullable<SentRequest> }) {
  const { masked, timeKnown, webhookChanged } = request;
  return (
    <>
      {webhookChanged && (
        <p className="rounded-md bg-wait-soft px-3 py-2 text-sm text-wait">
          The webhook was changed since: URL and signature headers are those of now.
        </p>
      )}
      {!timeKnown && (
        <p className="rounded-md bg-wait-soft px-3 py-2 text-sm text-wait">
          The worker died during this try, so when it began is not known: timestamp and signature base are of
          the moment when that was noticed.
        </p>
      )}
      {masked.length > 0 && (
        <p className="text-sm text-ink-2">
          Masked here and in the curl command: <span className="font-mono text-xs">{masked.join(', ')}</span>.
          A receiver that checks it refuses the copy; Redeliver sends it signed.
        </p>
      )}
    </>
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

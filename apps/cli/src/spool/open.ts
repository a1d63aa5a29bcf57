/** The spool of a folder. Its library is loaded only where it is needed: it takes a third of a second. */
import type { Spool } from '@hooklane/producer';
import type { Cli } from '../cli.ts';

/** Opens it; tells of damage. Throws `spool_unwritable`. Close it. */
export async function openFolder(
  { terminal }: Pick<Cli, 'terminal'>,
  options: { dir: string; maxBytes?: number | undefined; onCorrupt?: (() => void) | undefined },
): Promise<Spool> {
  const { openSpool } = await import('@hooklane/producer');
  return openSpool({
    dir: options.dir,
    maxBytes: options.maxBytes,
    onDamage: ({ kind, bytes, segment, movedTo }) => {
      const where = movedTo === null ? 'They were only zeros.' : `They are kept in ${movedTo}.`;
      terminal.note(`${kind}: ${bytes} bytes of ${segment} cannot be read. ${where}`);
      // What is torn was never told to be spooled.
      if (kind === 'corrupt') options.onCorrupt?.();
    },
  });
}

/** Nothing waits, and no other process is on its way with what waited. */
export async function isClear(spool: Spool): Promise<boolean> {
  return (await spool.size()).segments === 0;
}

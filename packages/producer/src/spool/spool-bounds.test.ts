import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anEvent } from '../../fixtures/events.ts';
import { dir, numbered, replayed, spoolOf } from '../../fixtures/spools.ts';
import type { SpoolDamage } from './segment-reader.ts';
import { openSpool } from './spool.ts';

describe('bounds', () => {
  test('over the bound it fails and says what to do; replay makes room', async () => {
    const spool = spoolOf({ maxBytes: 100_000 });
    let kept = 0;
    const failure = await (async () => {
      for (;;) {
        await spool.append(anEvent(`e${kept}`));
        kept += 1;
      }
    })().catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'spool_full', status: 503 });
    for (const words of [dir, '100000', 'maxBytes', 'spool flush']) expect(String(failure)).toContain(words);
    const { bytes } = await spool.size();
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(bytes).toBeGreaterThan(95_000);
    expect(await replayed(spool)).toEqual(numbered(kept));
    await spool.append(anEvent('again'));
    expect(await replayed(spool)).toEqual(['again']);
  });

  test('what others wrote counts', async () => {
    const other = spoolOf();
    await other.append(Array.from({ length: 300 }, (_, i) => anEvent(`o${i}`)));
    await expect(spoolOf({ maxBytes: 65_536 }).append(anEvent('e'))).rejects.toMatchObject({
      code: 'spool_full',
    });
  });

  test('all of a list or none of it', async () => {
    const spool = spoolOf({ maxBytes: 65_536 });
    const many = numbered(1000).map((id) => anEvent(id));
    await expect(spool.append(many)).rejects.toMatchObject({ code: 'spool_full' });
    await spool.append(anEvent('one'));
    expect(await replayed(spool)).toEqual(['one']);
  });

  test('a bound that is none is refused', () => {
    for (const maxBytes of [0, -1, 1.5, Number.NaN])
      expect(() => openSpool({ dir, maxBytes })).toThrow(RangeError);
  });
});

/** A disk of 192 KiB; needs root on Linux. null where that is not possible. */
function mountTinyDisk(at: string): (() => void) | null {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=192k', 'tmpfs', at], { stdio: 'ignore' });
    return () => execFileSync('/bin/umount', [at]);
  } catch {
    return null;
  }
}

describe('a disk that refuses', () => {
  test('a full disk is told, nothing half-written stays, and replay makes room', async () => {
    const unmount = mountTinyDisk(dir);
    if (unmount === null) {
      console.warn('Not tested, a full disk: this user cannot mount a small one.');
      return;
    }
    try {
      const told: SpoolDamage[] = [];
      const spool = spoolOf({ onDamage: (damage) => told.push(damage) });
      const kept: string[] = [];
      const refused: unknown[] = [];
      const pad = 'x'.repeat(9000);
      for (let i = 0; i < 40; i += 1) {
        const big = { ...anEvent(`e${i}`), body: JSON.stringify({ pad }) };
        await spool.append(big).then(
          () => kept.push(big.id),
          (error: unknown) => refused.push(error),
        );
      }
      expect(kept.length).toBeGreaterThan(10);
      expect(refused.length).toBeGreaterThan(10);
      for (const error of refused) expect(error).toMatchObject({ code: 'spool_unwritable' });
      expect(String(refused[0])).toContain('ENOSPC');
      expect(await replayed(spool)).toEqual(kept);
      expect(told).toEqual([]);
      await spool.append(anEvent('again'));
      expect(await replayed(spool)).toEqual(['again']);
      await spool.close();
    } finally {
      unmount();
    }
  });

  test('a folder that cannot be made is told at once', () => {
    const file = join(dir, '..', 'file');
    writeFileSync(file, '');
    expect(() => openSpool({ dir: join(file, 'spool') })).toThrow(
      expect.objectContaining({ code: 'spool_unwritable' }),
    );
  });

  test('a folder that goes away is told, and used again when it is back', async () => {
    const spool = spoolOf();
    await spool.append(anEvent('a'));
    await replayed(spool);
    rmSync(dir, { recursive: true });
    await expect(spool.append(anEvent('b'))).rejects.toMatchObject({ code: 'spool_unwritable' });
    expect(spool.isEmpty()).toBe(true);
    openSpool({ dir });
    chmodSync(dir, 0o700);
    await spool.append(anEvent('c'));
    expect(await replayed(spool)).toEqual(['c']);
  });

  test('a closed spool takes no more', async () => {
    const spool = spoolOf();
    await spool.close();
    await spool.close();
    await expect(spool.append(anEvent('a'))).rejects.toMatchObject({ code: 'spool_unwritable' });
  });
});

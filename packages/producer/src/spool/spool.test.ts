import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { AcceptedEvent } from '@hooklane/core';
import { anEvent } from '../../fixtures/events.ts';
import { dir, files, left, numbered, replayed, spoolOf } from '../../fixtures/spools.ts';
import type { SpoolDamage } from './segment-reader.ts';

describe('what is appended is replayed', () => {
  test('in order, in batches, and then nothing is left', async () => {
    const spool = spoolOf();
    const ids = numbered(500);
    await Promise.all(ids.map((id) => spool.append(anEvent(id))));
    expect(spool.isEmpty()).toBe(false);
    const sizes: number[] = [];
    const sent: string[] = [];
    const result = await spool.replay(async (batch) => {
      sizes.push(batch.length);
      sent.push(...batch.map((event) => event.id));
    });
    expect(sent).toEqual(ids);
    expect(Math.max(...sizes)).toBe(32);
    expect(result).toEqual({ sent: 500, isBusy: false });
    expect(spool.isEmpty()).toBe(true);
    expect(files('.seg')).toEqual([]);
  });

  test('as it was, also a large body, and batches are bounded in bytes', async () => {
    const spool = spoolOf();
    const events = ['a', 'b', 'c'].map((id) => ({
      ...anEvent(id),
      body: JSON.stringify(id + 'é'.repeat(500_000)),
    }));
    await spool.append(events);
    const batches: AcceptedEvent[][] = [];
    await spool.replay(async (batch) => void batches.push(batch));
    expect(batches).toEqual(events.map((event) => [event]));
  });

  test('by the next process, with events that come meanwhile behind', async () => {
    await left(numbered(40));
    const spool = spoolOf();
    expect(spool.isEmpty()).toBe(false);
    await spool.append(anEvent('new', 1));
    expect(await replayed(spool)).toEqual(
      [...numbered(40), 'new'].toSorted((a, b) => Number(b === 'new') - Number(a === 'new')),
    );
  });

  test('while it is still being appended to', async () => {
    const spool = spoolOf();
    const ids = numbered(300);
    const sent: string[] = [];
    await spool.append(anEvent('first'));
    const appended = (async () => {
      for (const id of ids) await spool.append(anEvent(id));
    })();
    while (sent.length < 301) {
      await setImmediate();
      await spool.replay(async (batch) => void sent.push(...batch.map((event) => event.id)));
    }
    await appended;
    expect(sent).toEqual(['first', ...ids]);
    expect(spool.isEmpty()).toBe(true);
  });

  test('from many segments, each removed when it is through', async () => {
    const spool = spoolOf({ maxBytes: 1024 * 1024 });
    const ids = numbered(2000);
    for (let i = 0; i < 2000; i += 50) await spool.append(ids.slice(i, i + 50).map((id) => anEvent(id)));
    const there: number[] = [];
    const sent: string[] = [];
    await spool.replay(async (batch) => {
      sent.push(...batch.map((event) => event.id));
      there.push(files('.seg').length);
    });
    expect(sent).toEqual(ids);
    expect(there[0]).toBeGreaterThan(5);
    expect(there.at(-1)).toBe(1);
    expect(there.toSorted((a, b) => b - a)).toEqual(there);
  });

  test('the first batch of a probe has one event', async () => {
    const spool = spoolOf();
    await spool.append(numbered(10).map((id) => anEvent(id)));
    const sizes: number[] = [];
    await spool.replay(async (batch) => void sizes.push(batch.length), { probe: true });
    expect(sizes).toEqual([1, 9]);
  });
});

describe('what could not be sent stays', () => {
  test('and the next replay, also of another process, goes on there', async () => {
    const spool = spoolOf();
    await spool.append(numbered(100).map((id) => anEvent(id)));
    let batches = 0;
    const failing = spool.replay(async () => {
      batches += 1;
      if (batches === 3) throw new Error('away');
    });
    await expect(failing).rejects.toThrow('away');
    await spool.close();
    expect(await replayed(spoolOf())).toEqual(numbered(100).slice(64));
  });

  test('a signal ends a replay between two batches', async () => {
    const spool = spoolOf();
    await spool.append(numbered(100).map((id) => anEvent(id)));
    const stop = new AbortController();
    const sent = await spool.replay(async () => stop.abort(), { signal: stop.signal });
    expect(sent).toEqual({ sent: 32, isBusy: false });
    expect(await replayed(spool)).toEqual(numbered(100).slice(32));
  });
});

describe('what nobody can read is put aside and told, once; the rest is kept', () => {
  async function damagedSpool(
    damage: (segment: Buffer) => Buffer,
  ): Promise<{ told: SpoolDamage[]; ids: string[] }> {
    await left(['a', 'b', 'c', 'd', 'e']);
    const path = join(dir, files('.seg')[0] ?? '');
    writeFileSync(path, damage(readFileSync(path)));
    const told: SpoolDamage[] = [];
    const spool = spoolOf({ onDamage: (each) => told.push(each) });
    // The second replay meets the same part again.
    await spool.replay(() => Promise.reject(new Error('away'))).catch(() => {});
    return { told, ids: await replayed(spool) };
  }

  test('a torn last record', async () => {
    const { told, ids } = await damagedSpool((segment) => segment.subarray(0, segment.length - 7));
    expect(ids).toEqual(['a', 'b', 'c', 'd']);
    expect(told).toMatchObject([{ kind: 'torn' }]);
    expect(statSync(join(dir, told[0]?.movedTo ?? '')).size).toBe(told[0]?.bytes);
  });

  test('a corrupted record in the middle', async () => {
    const { told, ids } = await damagedSpool((segment) => {
      const at = segment.indexOf('"id":"c"');
      segment.write('"id":"X"', at);
      return segment;
    });
    expect(ids).toEqual(['a', 'b', 'd', 'e']);
    expect(told).toMatchObject([{ kind: 'corrupt' }]);
    expect(readFileSync(join(dir, told[0]?.movedTo ?? ''), 'utf8')).toContain('"id":"X"');
    expect(files('.seg')).toEqual([]);
  });

  test('a file of something else', async () => {
    const { told, ids } = await damagedSpool(() =>
      Buffer.from('This is no segment at all, but somebody wrote it.'),
    );
    expect(ids).toEqual([]);
    expect(told).toMatchObject([{ kind: 'corrupt', bytes: 49 }]);
    expect(files('.corrupt')).toHaveLength(1);
  });
});

describe('several processes share a folder', () => {
  test('each keeps its own while it lives, and leaves it when it ends', async () => {
    const [one, two] = [spoolOf(), spoolOf()];
    await one.append(anEvent('one'));
    await two.append(anEvent('two'));
    expect(await two.size()).toMatchObject({ segments: 2, heldByOthers: 1 });
    expect(await replayed(two)).toEqual(['two']);
    await one.close();
    expect(await replayed(two)).toEqual(['one']);
    expect(await two.size()).toEqual({ bytes: expect.any(Number), segments: 0, heldByOthers: 0 });
  });

  test('what several left comes in the order of time, and in its own order', async () => {
    const [one, two] = [spoolOf(), spoolOf()];
    for (let i = 0; i < 60; i += 1) {
      await one.append([anEvent(`a${i}`, 1000 + 10 * i), anEvent(`A${i}`, 1000 + 10 * i)]);
      if (i % 2 === 0) await two.append(anEvent(`b${i}`, 1005 + 10 * i));
    }
    await Promise.all([one.close(), two.close()]);
    const expected = Array.from({ length: 60 }, (_, i) => [
      `a${i}`,
      `A${i}`,
      ...(i % 2 === 0 ? [`b${i}`] : []),
    ]).flat();
    expect(await replayed(spoolOf())).toEqual(expected);
  });

  test('one replays at a time', async () => {
    await left(['x']);
    const [one, two] = [spoolOf(), spoolOf()];
    await one.append(anEvent('one'));
    let inside: unknown;
    await two.replay(async () => {
      inside = await one.replay(async () => {});
    });
    expect(inside).toEqual({ sent: 0, isBusy: true });
    expect(await replayed(one)).toEqual(['one']);
  });

  test('a writer whose segment was taken by mistake loses nothing', async () => {
    const one = spoolOf();
    await one.append(anEvent('before'));
    for (const claim of files('.spool')) rmSync(join(dir, claim));
    const sent = await replayed(spoolOf());
    await one.append(anEvent('after'));
    sent.push(...(await replayed(one)));
    expect(new Set(sent)).toEqual(new Set(['before', 'after']));
    expect(one.isEmpty()).toBe(true);
  });

  test('nobody else may read it', async () => {
    const spool = spoolOf();
    await spool.append(anEvent('secret'));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, files('.seg')[0] ?? '')).mode & 0o777).toBe(0o600);
  });
});

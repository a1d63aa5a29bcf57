/** API tokens, the audit log and the feed of changes in memory. */
import type { AuditEntry, Ports, TokenRecord } from '../ports.ts';

/** Tokens by what their holders show. */
export type MemoryTokens = Map<string, TokenRecord>;

/** The port on a map. */
export function memoryTokens(tokens: MemoryTokens): Ports['tokens'] {
  const byId = (id: string) => [...tokens].find(([, record]) => record.id === id);
  return {
    createToken: async (input) => {
      const record: TokenRecord = { ...input, id: `tok_${tokens.size}`, createdAt: 0, lastUsedAt: null };
      const token = `hlk_${tokens.size}`;
      tokens.set(token, record);
      return { token, record };
    },
    findByToken: async (token) => tokens.get(token) ?? null,
    findById: async (id) => byId(id)?.[1] ?? null,
    listTokens: async () => [...tokens.values()].toReversed(),
    async revokeToken(id) {
      const found = byId(id);
      if (found === undefined) return null;
      tokens.delete(found[0]);
      return found[1];
    },
  };
}

/** The audit log on a list. */
export function memoryAudit(entries: AuditEntry[]): Ports['audit'] {
  return {
    record: async (entry) => void entries.push({ ...entry, id: `${entries.length}-0` }),
    find: async () => ({ items: entries.toReversed(), next: null }),
  };
}

export const NO_CHANGES: Ports['changes'] = {
  async *follow() {
    yield { position: '0-0.1', deliveryIds: [], missed: false };
  },
  since: () => Promise.resolve(null),
};

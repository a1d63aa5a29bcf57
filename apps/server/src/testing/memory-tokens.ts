/** API tokens in memory. */
import type { Ports, TokenRecord } from '../ports.ts';

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

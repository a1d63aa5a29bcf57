/**
 * The transform names every schema twice: `Webhook` as it is given and `WebhookInput` as it is taken. Here each keeps
 * one name where both are the same or only one is used, and what nobody refers to is left out.
 */

const PREFIX = '#/components/schemas/';
const INPUT = 'Input';

interface Described {
  paths?: unknown;
  components?: { schemas?: Record<string, unknown> };
}

/** The same description with a tidy list of schemas. */
export function tidySchemas<T extends Described>(document: T): T {
  const schemas = document.components?.schemas ?? {};
  const used = reachable(document.paths, schemas);
  const sameName = (name: string): string => {
    if (!name.endsWith(INPUT)) return name;
    const plain = name.slice(0, -INPUT.length);
    return !used.has(plain) || isSame(schemas[name], schemas[plain]) ? plain : name;
  };
  const kept = Object.fromEntries([...used].map((name) => [sameName(name), schemas[name]]));
  return renameRefs({ ...document, components: { ...document.components, schemas: kept } }, sameName);
}

function isSame(input: unknown, output: unknown): boolean {
  const plain = (name: string): string => (name.endsWith(INPUT) ? name.slice(0, -INPUT.length) : name);
  return JSON.stringify(renameRefs(input, plain)) === JSON.stringify(output);
}

function reachable(from: unknown, schemas: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  const waiting = [...refsIn(from)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    waiting.push(...refsIn(schemas[name]));
  }
  return names;
}

function refsIn(value: unknown): string[] {
  const names: string[] = [];
  renameRefs(value, (name) => {
    names.push(name);
    return name;
  });
  return names;
}

/** A copy in which each `$ref` to a schema has the name that `rename` says. */
function renameRefs<T>(value: T, rename: (name: string) => string): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (key !== '$ref' || typeof member !== 'string' || !member.startsWith(PREFIX)) return member;
    return PREFIX + rename(member.slice(PREFIX.length));
  });
  return JSON.parse(text) as T;
}

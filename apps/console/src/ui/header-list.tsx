/** Headers of a request or a response. */
export interface HeaderListProps {
  headers: Readonly<Record<string, string>>;
  label: string;
}

/** Name and value, one line each. */
export function HeaderList({ headers, label }: HeaderListProps) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return <p className="text-ink-2">No headers.</p>;
  return (
    <dl
      aria-label={label}
      className="grid gap-x-4 gap-y-1 rounded-md border border-line bg-sunken p-3 font-mono text-xs sm:grid-cols-[minmax(8rem,max-content)_1fr]"
    >
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3 wrap-anywhere max-sm:mt-1">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

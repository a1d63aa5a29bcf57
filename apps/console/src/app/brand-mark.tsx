/** The mark of Hooklane: a hook over a lane. Decorative; the name stands beside it. */
export function BrandMark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent-mark dark:fill-accent" />
      <g className="fill-none stroke-surface" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round">
        <path d="M9 6.5v8a7 7 0 0 0 14 0v-1" />
        <path d="M19.5 15.5 23 11.8l3.5 3.7" />
        <path d="M9 25.5h14" strokeOpacity=".55" strokeDasharray="5 4.5" />
      </g>
    </svg>
  );
}

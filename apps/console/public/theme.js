// Runs before the first paint, so that a dark page does not flash white. A file of its own: the policy of the page
// allows no script inside the HTML. `app/theme.ts` writes what this reads.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('hooklane-theme');
  } catch {
    // A browser may forbid storage; then the system's choice counts.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

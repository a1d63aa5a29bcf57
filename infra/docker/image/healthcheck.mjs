/** The health check of the images: the program answers on PORT. A slim base image has no curl. */
const port = process.env['PORT'] ?? '8080';
const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4000) });
process.exitCode = answer.ok ? 0 : 1;

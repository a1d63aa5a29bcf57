/**
 * Imported first. Name look-ups of receivers run on libuv's threads, of which there are four unless somebody says
 * otherwise before the first is used; four names that hang would hold up all others.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';

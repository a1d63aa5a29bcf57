/** What a connection gets that does not speak HTTP as we know it: there is no request yet to answer. */
import { PROBLEM_MEDIA_TYPE } from '@hooklane/client';
import { HooklaneError, formatDuration } from '@hooklane/core';
import type { Socket } from 'node:net';
import { LIMITS } from './limits.ts';
import { problemOf } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Answers with a problem and ends the connection. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(
    problemOf(new HooklaneError('invalid_request', { detail: detailOf(error.code) })),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
    socket.destroy();
  });
}

function detailOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW')
    return `The headers of a request may have ${LIMITS.maxHeaderBytes} bytes together; these have more.`;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return `The request did not arrive in time: it has ${formatDuration(LIMITS.requestTimeout)}, its headers two thirds of that.`;
  return 'The request is not HTTP as this server knows it.';
}

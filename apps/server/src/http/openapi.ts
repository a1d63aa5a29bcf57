/** The description of the API, `/openapi.json`, and a page to read it, `/docs`. Both are made of the route table. */
import { SESSION_COOKIE } from '@hooklane/client';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { tidySchemas } from './tidy-schemas.ts';
import { PAGE_POLICY } from './security-headers.ts';

const DESCRIPTION = `Hooklane delivers webhooks for build and deploy events.

Every address under \`/v1\` needs \`Authorization: Bearer <token>\`, or the cookie of a session of the console. Each
says which role the token needs; a token can be bound to accounts, and then nothing of others is there for it. Errors are \`application/problem+json\`;
\`code\` tells them apart and \`field\` names the field at fault. Times are RFC 3339 in UTC. Lists are
\`{items, next}\`: give \`next\` as \`cursor\` to get the next page; a page can have fewer items than asked for.`;

/** Registers both. Must come before the routes. */
export function describeApi(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hooklane',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ token: [] }, { session: [] }],
      tags: [
        'Session',
        'Events',
        'Scopes',
        'Webhooks',
        'Deliveries',
        'Dead letters',
        'Operations',
        'Notices',
        'Access',
        'Probes',
      ].map((name) => ({
        name,
      })),
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => tidySchemas(jsonSchemaTransformObject(document)),
  });
  app.register(swaggerUi, {
    routePrefix: '/docs',
    // Without the bar that loads descriptions from elsewhere, and without the validator of another host.
    uiConfig: { layout: 'BaseLayout', deepLinking: true, validatorUrl: null },
    staticCSP: PAGE_POLICY,
  });
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
}

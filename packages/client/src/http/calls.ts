/** What each route takes and gives, derived from the contract. */
import type { z } from 'zod';
import type { ROUTES, RouteId } from '../contract/routes.ts';

/** The operation id of a call: all but those that one listens to. */
export type CallId = {
  [Id in RouteId]: Calls[Id] extends { readonly stream: true } ? never : Id;
}[RouteId];

type Calls = typeof ROUTES;

/** A part of the input under its name; it may be left out when nothing in it is required. */
type Part<Id extends CallId, Name extends 'params' | 'query' | 'body'> =
  Calls[Id] extends Record<Name, infer Schema extends z.ZodType>
    ? Partial<z.input<Schema>> extends z.input<Schema>
      ? Partial<Record<Name, z.input<Schema>>>
      : Record<Name, z.input<Schema>>
    : unknown;

/** What a call takes: `params` of the path, `query`, `body`; each only where the route has it. */
export type CallInput<Id extends CallId> = Part<Id, 'params'> & Part<Id, 'query'> & Part<Id, 'body'>;

type Responses<Id extends CallId> = Calls[Id]['responses'];

/** What a call resolves to: the body of any success; null when there is none. */
export type CallAnswer<Id extends CallId> = {
  [Status in keyof Responses<Id>]: Responses<Id>[Status] extends z.ZodType
    ? z.output<Responses<Id>[Status]>
    : never;
}[keyof Responses<Id>];

/** The calls that answer a page. */
export type ListCallId = {
  [Id in CallId]: CallAnswer<Id> extends { items: readonly unknown[]; next: string | null } ? Id : never;
}[CallId];

/** One item of a list. */
export type ListItem<Id extends ListCallId> =
  CallAnswer<Id> extends { items: readonly (infer Item)[] } ? Item : never;

/** The filters of a list. */
export type ListQuery<Id extends ListCallId> = CallInput<Id> extends { query?: infer Query } ? Query : never;

/** The parts of an input, when their types no longer matter. */
export interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

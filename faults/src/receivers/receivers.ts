/** All sick receivers, in the order of the table. */
import { ANSWER_RECEIVERS } from './answers.ts';
import { CONNECTION_RECEIVERS } from './connections.ts';
import type { SickReceiver } from './receiver.ts';

/** Every one. */
export const RECEIVERS: readonly SickReceiver[] = [...CONNECTION_RECEIVERS, ...ANSWER_RECEIVERS];

import { events } from './events';
import { files } from './files';
import { invoices } from './invoices';
import { Narrator } from './narrator';
import { nightly } from './nightly';
import { orders } from './orders';
import { saga } from './saga';
import { Engine } from '../local-aws/engine';

export interface Stage {
  readonly engine: Engine;
  /** Outputs of the shop's stack. */
  readonly outputs: Record<string, string>;
  readonly narrator: Narrator;
}

/** What `npm run demo` shows, in order; `npm run demo -- <name>` shows one. */
export const chapters: Record<string, (stage: Stage) => Promise<void>> = { orders, events, invoices, saga, nightly, files };

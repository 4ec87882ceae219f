/** Every combination of outcomes that is reached in small sagas. `SAGA_PROOF=complete` runs all of the large ones too, in some minutes. */
import { setImmediate } from 'timers/promises';
import { isDeepStrictEqual } from 'util';
import { Comparison } from './compare';
import { predict } from './model';
import { everyChoice } from './outcomes';
import { SHAPES } from './shapes';

test.each(SHAPES)('every combination of outcomes of %s', async (_, shape, menu, cases, share = 1) => {
  const every = process.env.SAGA_PROOF === 'complete' ? 1 : share;
  const comparison = new Comparison(shape);
  let count = 0;
  for (const { chosen, title, result } of everyChoice(menu, (choice) => predict(shape, choice))) {
    // Signals and timers are collected between turns of the event loop only.
    if (count % 100 === 0) await setImmediate();
    if (count++ % every > 0) continue;
    const found = await comparison.differences({ chosen }, result);
    // With these outcomes whatever is parked did happen.
    if (result.end !== 'Succeeded' && !isDeepStrictEqual(new Set(result.left), new Set(result.parked))) found.push('what is left is not what is parked');
    if (found.length > 0) throw new Error([title, ...found].join('\n'));
  }
  expect(count).toBe(cases);
}, 600_000);

/**
 * What the local engine lacks: each mend has a probe that holds with all mends and fails without that one.
 * Where a newer engine passes without it, the mend can go.
 */
import { readdirSync } from 'fs';
import { join } from 'path';
import { events } from './events.probes';
import { functions } from './functions.probes';
import { gateway } from './gateway.probes';
import { schedules } from './schedules.probes';
import { states } from './states.probes';
import { create } from './support';
import { startEngine } from '../../../tools/local-aws/engine';
import { stopAll } from '../../../tools/process';
import { root } from '../../support/examples';

jest.setTimeout(180_000);

const families = { Gateway: gateway, Events: events, Functions: functions, States: states, Schedules: schedules };

afterAll(stopAll);

test('every mend has a probe', () => {
  const mends = readdirSync(join(root, 'tools/local-aws/mends')).filter((file) => /^[a-z].*\.py$/.test(file)).map((file) => file.replace('.py', ''));
  expect(Object.values(families).flatMap(({ probes }) => Object.keys(probes)).sort()).toEqual(mends.sort());
});

describe.each(Object.entries(families))('%s', (name, { template, probes }) => {
  test('with all mends every probe holds', async () => {
    const engine = await startEngine();
    const outputs = (await create(engine, name, template))!;
    for (const [mend, probe] of Object.entries(probes)) {
      expect([mend, await probe(engine, outputs)]).toEqual([mend, expect.not.arrayContaining([false])]);
    }
  });

  test.concurrent.each(Object.keys(probes))('without %s all of its probe fails: the mend is still needed', async (mend) => {
    const engine = await startEngine({ without: [mend] });
    expect(await probes[mend](engine, (await create(engine, name, template))!)).not.toContain(true);
  });
});

import { isDeepStrictEqual } from 'util';
import { keyOf, Plan, Run } from './sagas';
import { predict, Prediction, Shape } from '../patterns/saga/proof/model';
import { SUCCESS } from '../patterns/saga/proof/outcomes';
import { legal, Trace } from '../patterns/saga/proof/trace';

/** A message that was taken out of the queue of failed compensations. */
export interface Parked {
  readonly json: any;
  readonly MessageAttributes?: Record<string, { StringValue?: string }>;
}

export const predicted = (shape: Shape, plan: Plan) => predict(shape, (step, kind) => plan[`${kind} ${step}`] ?? SUCCESS);

/** Every difference of a deployed execution from what the model says: order of the calls, what each was told, end and answer, effects that stay, what is parked. */
export function differences(run: Run, parked: readonly Parked[], prediction: Prediction): string[] {
  const found: string[] = [];
  const same = (what: string, came: unknown, wanted: unknown) => {
    if (!isDeepStrictEqual(withoutCauses(came), withoutCauses(wanted))) found.push(`${what}: expected ${JSON.stringify(wanted)}, came ${JSON.stringify(came)}`);
  };
  const { trace, told, end, answer, left } = prediction;
  if (!legal(run.states, withoutParking(trace))) found.push(`calls: expected ${JSON.stringify(trace)}, came ${JSON.stringify(run.states)}`);
  for (const { state, event } of run.calls) same(state, event, asTold(run, told[state]));
  same('parked', parked.map(({ json }) => json.step).sort(), [...prediction.parked].sort());
  for (const { json } of parked) same(`Park ${json.step}`, json, asTold(run, told[`Park ${json.step}`]));
  same('end', run.end, end);
  same('answer', run.answer, end === 'Succeeded' ? asTold(run, answer) : answer);
  same('left', run.items.map(({ step }) => step).sort(), [...left].sort());
  return found;
}

/** The model speaks of an execution, an input and values of its own. */
function asTold({ arn, input }: Run, told: any): unknown {
  if (!told) return undefined;
  const { step, execution, idempotencyKey, actionKey, results, ...others } = told;
  return {
    ...others,
    results: Object.fromEntries(Object.keys(results).map((name) => [name, { value: { of: name } }])),
    ...step && { step, execution: arn, input },
    ...idempotencyKey && { idempotencyKey: keyOf(arn, step, actionKey ? 'compensation' : 'action') },
    ...actionKey && { actionKey: keyOf(arn, step, 'action') },
  };
}

/** Lambda's are not the model's. */
const withoutCauses = (value: unknown) => JSON.parse(JSON.stringify(value ?? null, (name, inner) => name === 'Cause' ? undefined : inner));

const withoutParking = (trace: Trace): Trace => trace.flatMap((item): Trace => {
  if (typeof item !== 'string') return [{ parts: item.parts.map(withoutParking) }];
  return item.startsWith('Park ') ? [] : [item];
});

/** What the functions of a saga may do: the outcomes that are tried, and every way to choose them. */

/** What a function does when it is called: has its effect or not, answers or throws. */
export interface Attempt {
  readonly effect?: boolean;
  /** Name of the error. */
  readonly error?: string;
}

/** What a function does call by call; the last one for ever. */
export type Outcome = readonly Attempt[];

export type Kind = 'action' | 'compensation' | 'park';

export const attemptOf = (outcome: Outcome, nth: number): Attempt => outcome[Math.min(nth, outcome.length) - 1];

const done = { effect: true };

export const SUCCESS: Outcome = [done];
export const BROKEN: Outcome = [{ error: 'Broken' }];

export const ACTION_OUTCOMES: Record<string, Outcome> = {
  'success': SUCCESS,
  'transient, then success': [{ error: 'Lambda.ServiceException' }, done],
  'error after its effect': [{ effect: true, error: 'TypeError' }],
  'final error without effect': [{ error: 'Final' }],
  'timeout after its effect, for good': [{ effect: true, error: 'States.Timeout' }],
  'timeout after its effect, then success': [{ effect: true, error: 'States.Timeout' }, done],
};

export const COMPENSATION_OUTCOMES: Record<string, Outcome> = {
  'success': SUCCESS,
  'transient, then success': [{ effect: true, error: 'Anything' }, done],
  'permanent failure': BROKEN,
};

export const PARKING_OUTCOMES: Record<string, Outcome> = {
  'success': SUCCESS,
  'permanent failure': BROKEN,
};

/** Asked for the outcome of a call: state names are unique, so one answer holds for a whole execution. */
export type Choice = (step: string, kind: Kind) => Outcome;

/** The outcomes by kind that are tried, by their names. */
export type Menu = Record<Kind, Record<string, Outcome>>;

export interface Case<T> {
  /** What was chosen, as in `action A: success`. */
  readonly chosen: ReadonlyMap<string, Outcome>;
  readonly title: string;
  readonly result: T;
}

/**
 * Every choice that makes a difference: `play` is run again and again, and each time the last question with an answer left gets its next one.
 * What it does not ask for is not reached.
 */
export function* everyChoice<T>(menu: Menu, play: (choice: Choice) => T): Generator<Case<T>> {
  let answers: number[] = [];
  do {
    const asked: number[] = [];
    const chosen = new Map<string, Outcome>();
    const words: string[] = [];
    const result = play((step, kind) => {
      const options = Object.entries(menu[kind]);
      const answer = answers[asked.length] ?? 0;
      answers[asked.length] = answer;
      asked.push(options.length);
      chosen.set(`${kind} ${step}`, options[answer][1]);
      words.push(`${kind} ${step}: ${options[answer][0]}`);
      return options[answer][1];
    });
    yield { chosen, title: words.join('; '), result };
    answers = answers.slice(0, asked.length);
    while (answers.length > 0 && answers[answers.length - 1] + 1 === asked[answers.length - 1]) answers.pop();
    if (answers.length > 0) answers[answers.length - 1]++;
  } while (answers.length > 0);
}

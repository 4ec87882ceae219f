/** Sagas of one to four steps, with and without groups. */
import { Group, Shape, Step } from './model';
import { ACTION_OUTCOMES, COMPENSATION_OUTCOMES, Menu, PARKING_OUTCOMES, SUCCESS } from './outcomes';

export const step = (name: string): Step => ({ name, kind: 'compensated' });
export const readOnly = (name: string): Step => ({ name, kind: 'readOnly' });
export const pivot = (name: string): Step => ({ name, kind: 'pivot' });
export const group = (name: string, ...branches: Shape[]): Group => ({ name, branches });

const [A, B, C, D] = ['A', 'B', 'C', 'D'].map(step);

/** Every outcome of actions and compensations; what is parked arrives. */
export const PARKED: Menu = { action: ACTION_OUTCOMES, compensation: COMPENSATION_OUTCOMES, park: { success: SUCCESS } };
/** And where it may be lost as well. */
export const LOST: Menu = { ...PARKED, park: PARKING_OUTCOMES };

/**
 * With the number of all cases; of the large ones only every so many-th is run each time, a number that neither 2 nor 3 divides: outcomes are 2, 3 and 6, and each
 * has its turn.
 */
export const SHAPES: [title: string, shape: Shape, menu: Menu, cases: number, every?: number][] = [
  ['A', [A], LOST, 12],
  ['A B', [A, B], LOST, 126],
  ['A B C', [A, B, C], LOST, 1440],
  ['A B C D', [A, B, C, D], PARKED, 5821, 5],
  ['pivot', [pivot('A')], LOST, 8],
  ['A pivot', [A, pivot('B')], LOST, 78],
  ['A B pivot', [A, B, pivot('C')], LOST, 864],
  ['A B C pivot', [A, B, C, pivot('D')], PARKED, 2905],
  ['reading', [readOnly('A')], LOST, 6],
  ['reading, B C', [readOnly('A'), B, C], LOST, 381],
  ['A, reading, C', [A, readOnly('B'), C], LOST, 396],
  ['A, reading, pivot', [A, readOnly('B'), pivot('C')], LOST, 252],
  ['A, reading, C, pivot', [A, readOnly('B'), C, pivot('D')], PARKED, 1033],
  ['A without its result, B', [{ ...A, discardResult: true }, B], LOST, 126],
  ['(A | B)', [group('G', [A], [B])], LOST, 306],
  ['(A | B) C', [group('G', [A], [B]), C], PARKED, 769],
  ['A (B | C)', [A, group('G', [B], [C])], PARKED, 1609],
  ['A (B | C) pivot', [A, group('G', [B], [C]), pivot('D')], PARKED, 3850],
  ['(A | reading)', [group('G', [A], [readOnly('B')])], LOST, 99],
  ['A (B | reading) D', [A, group('G', [B], [readOnly('C')]), D], PARKED, 2410],
  ['(A | B C)', [group('G', [A], [B, C])], PARKED, 1714],
  ['(A | B | C)', [group('G', [A], [B], [C])], PARKED, 3394],
  ['(A | (B | C))', [group('G', [A], [group('H', [B], [C])])], PARKED, 3394],
  ['A (B | C) D', [A, group('G', [B], [C]), D], PARKED, 6766, 5],
  ['(A | B) C D', [group('G', [A], [B]), C, D], PARKED, 5926, 5],
  ['A B (C | D)', [A, B, group('G', [C], [D])], PARKED, 14326, 11],
  ['(A B | C D)', [group('G', [A, B], [C, D])], PARKED, 16321, 11],
  ['(A | B) (C | D)', [group('G', [A], [B]), group('H', [C], [D])], PARKED, 14431, 11],
  ['((A | B) C | D)', [group('G', [group('H', [A], [B]), C], [D])], PARKED, 17056, 13],
  ['(A | B (C | D))', [group('G', [A], [B, group('H', [C], [D])])], PARKED, 30496, 25],
  ['(A | B | C | D)', [group('G', [A], [B], [C], [D])], PARKED, 59056, 47],
];

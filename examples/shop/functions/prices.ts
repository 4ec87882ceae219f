/** What the shop sells, and for how much. */
export const prices: Record<string, number> = { tea: 9, clock: 999, lamp: 1000 };

/** What the shop sells, and for how much. */
export const prices: Record<string, number> = { tea: 9, vase: 60, piano: 400, clock: 999, lamp: 1000 };

/** Marks the functions that this library brings. */
export const OWN_HANDLER = 'ownHandler';

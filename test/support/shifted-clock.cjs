// Loaded before a handler: its clock is wrong by CLOCK_SHIFT milliseconds.
const shift = Number(process.env.CLOCK_SHIFT);
const { now } = Date;
Date.now = () => now() + shift;
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...given.length > 0 ? given : [Date.now()]);
  }
};

import type { Amount } from './booking';
import type { OrderPlaced } from '../order-placed';

/** What an order takes off the stock. */
export function stockOf({ item, quantity }: OrderPlaced): Amount {
  return { table: process.env.STOCK_TABLE!, key: { item }, of: 'left', amount: quantity };
}

/** What an order takes off its customer's account. */
export function priceOf({ customer, total }: OrderPlaced): Amount {
  return { table: process.env.ACCOUNTS_TABLE!, key: { customer }, of: 'balance', amount: total };
}

/** The event that an order was placed: what `EventContract` takes, and what publisher and consumers share. */
export const orderPlaced = {
  source: 'shop.orders',
  detailType: 'OrderPlaced',
  schema: {
    type: 'object',
    required: ['orderId', 'customer', 'item', 'quantity', 'total'],
    properties: {
      orderId: { type: 'string' },
      customer: { type: 'string' },
      item: { type: 'string' },
      quantity: { type: 'integer' },
      total: { type: 'number' },
    },
  },
};

export interface OrderPlaced {
  readonly orderId: string;
  readonly customer: string;
  readonly item: string;
  readonly quantity: number;
  readonly total: number;
}

/** JSON Schema of the body of `POST /orders`. */
export const orderSchema = {
  type: 'object',
  required: ['item', 'quantity'],
  additionalProperties: false,
  properties: {
    item: { type: 'string', minLength: 1, maxLength: 100 },
    quantity: { type: 'integer', minimum: 1, maximum: 100 },
  },
};

export interface OrderRequest {
  readonly item: string;
  readonly quantity: number;
}

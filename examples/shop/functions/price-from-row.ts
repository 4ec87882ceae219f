interface PriceRow {
  readonly sku?: string;
  readonly name?: string;
  readonly price?: string;
}

interface Price {
  readonly sku: string;
  readonly name: string;
  readonly cents: number;
}

export interface Answer {
  readonly items: Array<{ n: number; item: Price }>;
  readonly rejects: Array<{ n: number; reason: string }>;
}

/** Makes prices of the rows of a supplier's list. Each row comes back, as a price or with the reason why it is none. */
export async function handler({ rows }: { readonly rows: Array<{ n: number; row: PriceRow }> }): Promise<Answer> {
  const answer: Answer = { items: [], rejects: [] };
  for (const { n, row: { sku = '', name = '', price = '' } } of rows) {
    const cents = centsOf(price);
    if (sku.trim() === '') answer.rejects.push({ n, reason: 'no sku' });
    else if (cents === undefined) answer.rejects.push({ n, reason: `no price in euros: '${price}'` });
    else answer.items.push({ n, item: { sku: sku.trim(), name: name.trim(), cents } });
  }
  return answer;
}

/** Of `12`, `12.5` or `12,50`. What may be thousands, as `1.299`, is not guessed at. */
function centsOf(price: string): number | undefined {
  const [, euros, cents = ''] = /^(\d{1,9})(?:[.,](\d{1,2}))?(?: ?€)?$/.exec(price.trim()) ?? [];
  return euros === undefined ? undefined : Number(euros + cents.padEnd(2, '0'));
}

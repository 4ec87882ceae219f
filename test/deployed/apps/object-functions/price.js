// Makes prices of rows.
exports.handler = async ({ rows }) => {
  const isBad = ({ row }) => !(Number(row.price) > 0);
  return {
    items: rows.filter((each) => !isBad(each)).map(({ n, row }) => ({ n, item: { sku: row.sku, name: row.name, cents: Math.round(Number(row.price) * 100) } })),
    rejects: rows.filter(isBad).map(({ n, row }) => ({ n, reason: `no price: ${row.price}` })),
  };
};

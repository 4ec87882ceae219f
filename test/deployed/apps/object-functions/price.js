// Makes prices of rows, and does what their names say.
exports.handler = async ({ rows }) => {
  if (rows.some(({ row }) => row.name === 'crash')) throw new RangeError('a row crashed it');
  const bad = ({ row }) => !(Number(row.price) > 0);
  return {
    items: rows.filter((each) => !bad(each) && each.row.name !== 'forget').map(({ n, row }) => ({ n, item: { sku: row.sku, name: row.name, cents: Math.round(Number(row.price) * 100) } })),
    rejects: rows.filter(bad).map(({ n, row }) => ({ n, reason: `no price: ${row.price}` })),
  };
};

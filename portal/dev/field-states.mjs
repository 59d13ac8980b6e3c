// What the mock answers where the server evaluates the conditions and formulas of the demo's claim. The server has FEEL; here are its two rules.
const MONEY = (amount) => ({ amount: amount.toFixed(2), currency: 'EUR' });

export function fieldStates(definition, fields) {
  const isLarge = Number(fields.estimate?.amount ?? 0) > 5000;
  const total = (fields.items ?? []).reduce((sum, row) => sum + Number(row.worth?.amount ?? 0), 0);
  const state = ({ key, required = false, visibleWhen, requiredWhen, type }) => [
    key,
    {
      visible: visibleWhen === undefined || isLarge,
      required: required || (requiredWhen !== undefined && isLarge),
      value: type === 'computed' ? MONEY(total) : null,
    },
  ];
  return { fields: Object.fromEntries(definition.fields.map(state)) };
}

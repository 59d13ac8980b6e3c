/** Amounts of money as the server has them: a decimal number as text, and a currency. Nothing here is computed with. Pure. */
export interface Money {
  amount: string;
  currency: string;
}

export function moneyIn(value: unknown): Money | null {
  if (typeof value !== 'object' || value === null || !('amount' in value) || !('currency' in value)) return null;
  return typeof value.amount === 'string' && typeof value.currency === 'string'
    ? { amount: value.amount, currency: value.currency }
    : null;
}

/** How this language separates the fraction: `.` or `,`. */
export function decimalSign(language: string): string {
  const parts = new Intl.NumberFormat(language).formatToParts(1.5);
  return parts.find((part) => part.type === 'decimal')?.value ?? '.';
}

/**
 * What somebody typed as the server wants it: the sign of their language becomes a point, signs of thousands go. What is no
 * number stays as it was typed, and the server says so.
 */
export function amountOf(typed: string, language: string): string {
  const sign = decimalSign(language);
  const other = sign === ',' ? '.' : ',';
  const plain = typed
    .trim()
    .replaceAll(/[\s\u00A0\u202F'’]/g, '')
    .replaceAll(new RegExp(`\\${other}(?=\\d{3}(?:\\D|$))`, 'g'), '')
    .replace(sign, '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : typed;
}

/** As it is typed in this language. */
export function typedAs(amount: string, language: string): string {
  return /^-?\d+\.\d+$/.test(amount) ? amount.replace('.', decimalSign(language)) : amount;
}

/** For people; null when it is no money. A text is formatted exactly, however long it is. */
export function moneyText(value: unknown, language: string): string | null {
  const money = moneyIn(value);
  if (money === null || !/^-?\d+(\.\d+)?$/.test(money.amount)) return null;
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency: money.currency }).format(
      money.amount as Intl.StringNumericLiteral,
    );
  } catch {
    return `${money.amount} ${money.currency}`;
  }
}

/** What is offered where the definition names no currencies; every other one can be typed. */
export const USUAL_CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'BRL', 'CAD', 'AUD', 'SEK', 'PLN'];

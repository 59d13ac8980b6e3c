/** English as no language is: every letter has an accent and every text is a third longer, between marks that show where one is cut off. */
const ACCENTS: Record<string, string> = {
  a: 'á',
  c: 'ç',
  d: 'ð',
  e: 'é',
  g: 'ĝ',
  h: 'ĥ',
  i: 'í',
  j: 'ĵ',
  k: 'ķ',
  l: 'ļ',
  n: 'ñ',
  o: 'ó',
  r: 'ŕ',
  s: 'š',
  t: 'ţ',
  u: 'ú',
  w: 'ŵ',
  y: 'ý',
  z: 'ž',
};

export function pseudo(text: string): string {
  // Places stay as they are.
  const parts = text.split(/(\{\w+\})/);
  const accented = parts.map((part) =>
    part.startsWith('{') ? part : [...part].map((each) => ACCENTS[each] ?? each).join(''),
  );
  return `[${accented.join('')}${'~'.repeat(Math.ceil(text.length / 3))}]`;
}

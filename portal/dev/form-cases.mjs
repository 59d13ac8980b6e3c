/**
 * Forms, what they are shown with, and what is entered into them: for `record-forms.mjs`. A case is
 * `{ components, known, entered: [[place, value], ..] }`; entering a list puts all its rows.
 */
const text = (key, more = {}) => ({ type: 'textfield', key, ...more });
const number = (key, more = {}) => ({ type: 'number', key, ...more });
const box = (key, more = {}) => ({ type: 'checkbox', key, ...more });
const hide = (condition) => ({ conditional: { hide: condition } });
const needed = { validate: { required: true } };
const expression = (key, formula, more = {}) => ({
  type: 'expression',
  key,
  expression: formula,
  computeOn: 'change',
  ...more,
});
const list = (path, components, more = {}) => ({ type: 'dynamiclist', path, isRepeating: true, components, ...more });
const group = (components, more = {}) => ({ type: 'group', components, ...more });
const options = (...values) => ({ values: values.map((value) => ({ label: String(value), value })) });

const conditions = [
  number('amount'),
  text('reason', { ...needed, ...hide('=if amount = null then true else amount < 1000') }),
  text('more', { ...needed, ...hide('=not(contains(lower case(reason), "water"))') }),
  { type: 'checklist', key: 'kinds', ...options('a', 'b') },
  text('b', { ...needed, ...hide('=not(list contains(kinds, "b"))') }),
  text('sum', { ...needed, ...hide('=amount * 2 < 5000 or count(kinds) = 0') }),
  text('day', { ...needed, ...hide('=is blank(reason)') }),
];
const rows = [
  list('items', [
    text('kind'),
    text('plate', { ...needed, ...hide('=this.kind != "car"') }),
    text('note', { ...needed, ...hide('=parent.express = false') }),
  ]),
  box('express'),
];
const limits = [
  number('least'),
  number('amount', { validate: { min: '=least', max: '=least * 2' } }),
  number('longest'),
  text('word', { validate: { minLength: '=longest - 2', maxLength: '=longest' } }),
];
const numbers = [
  number('step', { increment: 0.1, decimalDigits: 2 }),
  number('even', { increment: '2' }),
  number('whole', { decimalDigits: 0 }),
  number('kept', { serializeToString: true, decimalDigits: 3, validate: { min: 1 } }),
];
const people = {
  people: [
    { label: 'Ana', value: 'ana' },
    { label: 'Ben', value: 'ben' },
    'cleo',
    { value: 'dan' },
    { label: 'no value' },
  ],
};
const choices = [
  { type: 'select', key: 'person', valuesKey: 'people' },
  { type: 'radio', key: 'pick', valuesExpression: '=for p in codes return {label: p.name, value: p.code}' },
  { type: 'taglist', key: 'tags', valuesExpression: '=codes.code' },
  { type: 'checklist', key: 'some', ...options('x', 'y') },
];
const sums = [
  number('price'),
  number('count'),
  expression('net', '=price * count'),
  expression('gross', '=if net = null then null else net * 1.2'),
  text('reason', { ...needed, ...hide('=gross = null or gross < 100') }),
];
const presets = [
  text('mail', { validate: { validationType: 'email' } }),
  text('phone', { validate: { validationType: 'phone' } }),
  text('code', { validate: { pattern: '^(?=.*\\d)[A-Z0-9]+$' } }),
  text('twice', { validate: { pattern: '^(\\w+)-\\1$', patternErrorMessage: 'twice the same' } }),
];
const nested = [
  box('person'),
  group([text('first', needed), group([text('last', needed)], { path: 'rest', ...hide('=short') })], {
    path: 'name',
    ...hide('=not(person)'),
  }),
  box('short'),
];
const order = [
  text('a'),
  text('b', hide('=a = "x"')),
  text('c', { ...needed, ...hide('=b = ""') }),
  text('d', { ...needed, ...hide('=c = null') }),
];
const locked = [
  box('done'),
  text('free', { readonly: '=done' }),
  text('off', { disabled: true, ...needed }),
  text('said', { readonly: '=true', defaultValue: 'as ever' }),
  text('shown', { readonly: true, defaultValue: 'default' }),
];
const deep = [
  list('cars', [
    text('plate'),
    list('parts', [
      text('name'),
      text('why', { ...needed, ...hide('=parent.plate != "B"') }),
      text('top', hide('=parent.parent.strict != true')),
      text('first', hide('=i[1] != 1 or i[2] != 1')),
      expression('label', '=parent.plate + "/" + this.name'),
    ]),
  ]),
  box('strict'),
];
const times = [
  { type: 'datetime', key: 'day', subtype: 'date', ...needed, disallowPassedDates: true },
  { type: 'datetime', key: 'at', subtype: 'time' },
  { type: 'datetime', key: 'when', subtype: 'datetime' },
  text('late', { ...needed, ...hide('=day = null or date(day) > date("2100-01-01")') }),
];

export const cases = {
  'conditions-nothing': { components: conditions },
  'conditions-small': { components: conditions, entered: [['amount', 5]] },
  'conditions-large': {
    components: conditions,
    entered: [
      ['amount', 2000],
      ['reason', 'Water came in'],
    ],
  },
  'conditions-larger': {
    components: conditions,
    entered: [
      ['amount', 3000],
      ['reason', 'fire'],
      ['kinds', ['b']],
      ['b', 'x'],
      ['sum', 's'],
    ],
  },
  'conditions-known': {
    components: conditions,
    known: { amount: 2000, reason: 'water', more: 'm' },
    entered: [['amount', 1]],
  },
  'conditions-text': { components: conditions, known: { amount: '1500' }, entered: [['reason', 'ok']] },
  'rows-empty': { components: rows },
  'rows-two': { components: rows, entered: [['items', [{ kind: 'car' }, { kind: 'bike', plate: 'B 1' }]]] },
  'rows-full': {
    components: rows,
    entered: [
      ['express', true],
      [
        'items',
        [
          { kind: 'car', plate: 'B 1', note: 'n' },
          { kind: 'bike', note: 'm' },
        ],
      ],
    ],
  },
  'rows-known': {
    components: rows,
    known: { express: true, items: [{ kind: 'car', plate: 'P', note: 'n' }] },
    entered: [
      ['items/0/kind', 'bike'],
      ['express', false],
    ],
  },
  'rows-hidden-list': {
    components: [box('none'), list('items', [text('a', needed)], hide('=none'))],
    known: { none: true, items: [{ a: 1 }] },
  },
  'rows-of-nothing': {
    components: [list('items', [text('a', hide('=this.x')), text('b', hide('=not(this.x)'))])],
    known: {
      items: [
        { x: true, b: 'b' },
        { x: false, a: 'a' },
      ],
    },
  },
  'rows-all-hidden': {
    components: [list('items', [text('a', hide('=this.x = 1'))])],
    known: { items: [{ x: 1 }, { x: 2, a: 'a' }] },
  },
  'rows-of-rows': {
    components: deep,
    known: {
      cars: [
        { plate: 'A', parts: [{ name: 'n' }, { name: 'm' }] },
        { plate: 'B', parts: [{ name: 'o', why: 'w' }, { name: 'p' }] },
      ],
    },
  },
  'rows-of-rows-strict': {
    components: deep,
    known: { strict: true, cars: [{ plate: 'B', parts: [{ name: 'n', why: 'y', top: 't' }] }] },
  },
  'limits-kept': {
    components: limits,
    entered: [
      ['least', 5],
      ['amount', 7],
      ['longest', 4],
      ['word', ' abc '],
    ],
  },
  'limits-broken': {
    components: limits,
    entered: [
      ['least', 5],
      ['amount', 11],
      ['longest', 4],
      ['word', 'a'],
    ],
  },
  'limits-none': {
    components: limits,
    entered: [
      ['amount', 11],
      ['word', 'a very long word'],
    ],
  },
  'limits-no-numbers': {
    components: [number('a', { validate: { min: 'x' } }), number('b', { validate: { max: '=c' } }), text('c')],
    entered: [
      ['a', 1],
      ['b', 2],
      ['c', 'many'],
    ],
  },
  'numbers-good': {
    components: numbers,
    entered: [
      ['step', 0.3],
      ['even', 4],
      ['whole', 7],
      ['kept', '1.5'],
    ],
  },
  'numbers-wrong': {
    components: numbers,
    entered: [
      ['step', 0.35],
      ['even', 3],
      ['whole', 7.5],
      ['kept', '0.1234'],
    ],
  },
  'numbers-zero': {
    components: numbers,
    entered: [
      ['step', 0],
      ['even', 0],
      ['whole', 0],
      ['kept', '0'],
    ],
  },
  'numbers-known': { components: numbers, known: { step: '0.2', even: '6', whole: 'x', kept: 2 } },
  'choices-good': {
    components: choices,
    known: {
      ...people,
      codes: [
        { name: 'One', code: 1 },
        { name: 'Two', code: 2 },
      ],
    },
    entered: [
      ['person', 'cleo'],
      ['pick', 2],
      ['tags', [1, 2]],
      ['some', ['x']],
    ],
  },
  'choices-nothing': { components: choices, known: people },
  'choices-by-field': {
    components: [
      text('country'),
      {
        type: 'select',
        key: 'city',
        ...needed,
        valuesExpression: '=if country = "de" then ["Berlin", "Bonn"] else ["Wien"]',
      },
    ],
    entered: [
      ['country', 'de'],
      ['city', 'Bonn'],
    ],
  },
  'choices-objects': {
    components: [{ type: 'select', key: 'who', valuesKey: 'all' }],
    known: {
      all: [
        { label: 'A', value: { id: 1 } },
        { label: 'B', value: { id: 2 } },
      ],
    },
    entered: [['who', { id: 2 }]],
  },
  'sums-small': {
    components: sums,
    entered: [
      ['price', 10],
      ['count', 3],
    ],
  },
  'sums-large': {
    components: sums,
    entered: [
      ['price', 50],
      ['count', 4],
      ['reason', 'big'],
    ],
  },
  'sums-large-unexplained': {
    components: sums,
    entered: [
      ['price', 50],
      ['count', 4],
    ],
  },
  'sums-hidden': {
    components: [
      box('off'),
      number('n'),
      expression('double', '=n * 2', hide('=off')),
      expression('after', '=if double = null then "none" else "some"'),
    ],
    entered: [
      ['n', 4],
      ['off', true],
    ],
  },
  'sums-on-submit': {
    components: [
      number('n'),
      expression('double', '=n * 2', { computeOn: 'presubmit' }),
      text('x', hide('=double != null')),
    ],
    entered: [
      ['n', 4],
      ['x', 'kept'],
    ],
  },
  'sums-texts': {
    components: [
      text('first'),
      text('last'),
      expression('name', '=first + " " + last'),
      expression('trimmed', '=trim(first)'),
      expression('parts', '={a: first, b: [1, last]}'),
    ],
    entered: [
      ['first', 'Ana'],
      ['last', 'Li'],
    ],
  },
  'sums-of-rows': {
    components: [
      list('items', [number('price'), number('count'), expression('sum', '=this.price * this.count')]),
      expression('total', '=sum(for item in items return item.price * item.count)'),
    ],
    known: {
      items: [
        { price: 2, count: 3 },
        { price: 4, count: 1 },
      ],
    },
  },
  'presets-good': {
    components: presets,
    entered: [
      ['mail', 'a@localhost'],
      ['phone', '+4930664040900'],
      ['code', 'AB12'],
      ['twice', 'go-go'],
    ],
  },
  'presets-wrong': {
    components: presets,
    entered: [
      ['mail', 'a b@c.de'],
      ['phone', '+49 30 664040900'],
      ['code', 'AB'],
      ['twice', 'go-no'],
    ],
  },
  'nested-shown': {
    components: nested,
    entered: [
      ['person', true],
      ['name/first', 'Ana'],
      ['name/rest/last', 'Li'],
    ],
  },
  'nested-short': {
    components: nested,
    entered: [
      ['person', true],
      ['name/first', 'Ana'],
      ['name/rest/last', 'Li'],
      ['short', true],
    ],
  },
  'nested-hidden': { components: nested, known: { person: false, name: { first: 'Ana', rest: { last: 'Li' } } } },
  'nested-asked': { components: nested, entered: [['person', true]] },
  'order-nothing': { components: order },
  'order-hidden': {
    components: order,
    known: { b: 'known' },
    entered: [
      ['a', 'x'],
      ['c', 'y'],
      ['d', 'z'],
    ],
  },
  'order-shown': {
    components: order,
    entered: [
      ['b', 'b'],
      ['c', 'c'],
    ],
  },
  'locked-open': { components: locked, entered: [['free', 'f']] },
  'locked-later': {
    components: locked,
    entered: [
      ['free', 'f'],
      ['done', true],
    ],
  },
  'special-names': {
    components: [
      text('this'),
      text('parent', hide('=_this_.this = "x"')),
      text('i', hide('=parent = "p"')),
      text('x', hide('=_parent_ = null')),
    ],
    entered: [
      ['this', 'y'],
      ['parent', 'p'],
    ],
  },
  'texts-as-numbers': {
    components: [
      number('amount', { serializeToString: true }),
      { type: 'radio', key: 'rating', ...options('1', '3', '10') },
      text('much', { ...needed, ...hide('=amount <= 1000') }),
      text('little', hide('=amount > 1000')),
      text('poor', { ...needed, ...hide('=rating >= 3') }),
      text('best', hide('=not(rating between 9 and 10)')),
      text('more', hide('=amount + 1 > 2')),
      text('same', hide('=amount = 2000')),
    ],
    entered: [
      ['amount', '2000'],
      ['rating', '10'],
      ['much', 'm'],
    ],
  },
  'items-of-nothing': {
    components: [
      list('items', [number('price')]),
      text('dear', hide('=not(some item in items satisfies item.price > 100)')),
      text('cheap', hide('=some item in items satisfies item.price > 100')),
      text('all', hide('=if (every item in items satisfies item.price > 100) then false else true')),
    ],
    known: { items: [{}, { price: 50 }] },
  },
  'null-hides': {
    components: [
      number('n'),
      text('a', hide('=n < 5')),
      text('b', hide('=missing')),
      text('c', hide('=not(missing)')),
      text('d', hide('=n + 1')),
      text('e', hide('=true')),
      text('f', hide('n = null')),
      text('g', hide('=n >')),
      text('h', hide('="text"')),
    ],
  },
  needed: {
    components: [
      text('a', needed),
      box('b', needed),
      { type: 'checklist', key: 'c', ...options('x'), ...needed },
      number('d', needed),
      { type: 'textarea', key: 'e', ...needed },
    ],
    entered: [
      ['a', '  '],
      ['d', 0],
    ],
  },
  'times-good': {
    components: times,
    entered: [
      ['day', '2099-01-02'],
      ['at', '12:30'],
      ['when', '2026-01-02T10:00'],
      ['late', 'x'],
    ],
  },
  'times-passed': { components: times, known: { day: '2020-01-02', when: '2020-01-02T10:00' } },
  'times-none': { components: times },
  defaults: {
    components: [
      text('a', { defaultValue: 'd' }),
      text('b', { ...needed, ...hide('=a != "d"') }),
      number('n', { defaultValue: 3 }),
      list('rows', [text('r', { defaultValue: 'q' })], { defaultRepetitions: 2 }),
    ],
  },
  names: {
    components: [
      text('policy-number'),
      text('x', { ...needed, ...hide('=policy-number = ""') }),
      text('a.b'),
      text('y', hide('=a.b = "z"')),
    ],
    entered: [
      ['policy-number', 'HB'],
      ['a/b', 'z'],
    ],
  },
};

/** Conditions that hide, over `CONTEXT`. */
export const context = {
  n: 5,
  s: 'x',
  l: ['a', 'b'],
  t: true,
  f: false,
  a: null,
  r: [{ k: 1 }, { k: 2 }],
  o: { p: { q: 1 } },
  d: '2026-03-04',
  'policy-number': 'HB',
};
export const hides = [
  'a < 1',
  'missing',
  'true',
  'false',
  'null',
  'not(t)',
  'not(t) and f',
  'not(a)',
  '(true)',
  'a',
  's',
  'n',
  'l',
  '[true]',
  'n > 3, f',
  '-',
  'a = null',
  'n in (1, 5)',
  'n in [1..9]',
  's != 1',
  's = "y"',
  '> 3',
  '[1..3]',
  't and missing',
  'f and missing',
  't or missing',
  'missing or f',
  'some x in r satisfies x.k = 2',
  'every x in l satisfies x = "a"',
  'r[k = 2].k = 2',
  'count(l) = 0',
  'a + 1',
  'o.p.q = 1',
  'o.x.y = null',
  'policy-number = "HB"',
  'not(contains(lower case(a), "x"))',
  'contains(a, "x")',
  'is blank(s)',
  'list contains(l, "b")',
  'matches(s, "x")',
  'n between 1 and 9',
  'not (t)',
  'upper case(s) = "X"',
  'a != "car"',
  'a != null',
  't = true',
  't = false',
  'l[1] = "a"',
  'count(l[item = "z"]) > 0',
  'a and t',
  '"a"',
  'string length(a) > 3',
  'n >= 5 and n <= 5',
  'date(d) > date("2026-01-01")',
  'not(n > 3, f)',
  's in ["x", "y"]',
  'string(n) = "5"',
  'modulo(n, 2) = 1',
  'not(not(t))',
  'if a = null then true else a < 3',
  'not(t or f)',
  'n = 5.0',
  'sum(r.k) = 3',
  'starts with(s, "x")',
  'count(r[k > 1]) = 1',
];

/** Patterns, each with texts that it may be found in. */
export const patterns = {
  '^(?=.*[A-Z])(?=.*\\d).{6,}$': ['Abcde1', 'abcde1', 'A1'],
  '^(?!00)\\d{5}$': ['00123', '10115'],
  '^(\\w)(\\w)\\2\\1$': ['abba', 'abab'],
  '(?<!\\d)\\d{2}(?!\\d)': ['a12b', '123'],
  '^(?<q>[\'"]).*\\k<q>$': ['"x"', '"x\''],
  '^(a)?b\\1$': ['b', 'aba', 'ab'],
  '\\k<a>': ['k<a>', 'x'],
  '^\\d+$': ['12', '٣'],
  '^\\w+$': ['abc', 'straße'],
  '^[äöüß]+$': ['äß', 'a'],
  '^.$': ['a', '😀', '\n'],
  '^.{2}$': ['😀', 'ab'],
  '^[😀]$': ['😀', 'a'],
  '^[^a]$': ['😀', 'b'],
  '\\p{L}': ['x', 'p{L}'],
  '\\u{61}': ['a', 'u'.repeat(61)],
  '\\u0061\\x62': ['ab', 'u0061'],
  'a{,3}': ['aaa', 'a{,3}'],
  'x{2': ['x{2', 'xx'],
  '[]': ['', 'a'],
  '[^]': ['', '\n'],
  '[\\b]': ['\b', 'b'],
  '[\\w-.]': ['-', '.', '!'],
  '[a-\\d]': ['-', 'b'],
  '\\bcat\\b': ['a cat', 'concat'],
  '\\Bat': ['cat', 'at'],
  '^\\s$': [' ', '\u00a0', '\ufeff', '\u0085'],
  '\\cJ': ['\n', 'cJ'],
  '\\c!': ['\\c!', '!'],
  '\\101': ['A', '101'],
  '(a)\\2': ['a\u0002', 'aa'],
  '\\0': ['\0', '0'],
  '\\8': ['8'],
  '(?=a)*b': ['b'],
  '(?:a|ab)(?:c|bcd)(?:d*)$': ['abcd'],
  '(a*)*': ['', 'b'],
  x$: ['x\n', 'x'],
  '^(?:\\+|00)\\d+$': ['+49', '0049', '49'],
  ']': [']'],
  '}': ['}'],
  '[[a]': ['[', 'a'],
  '[a&&b]': ['&', 'a'],
  '[~~]': ['~'],
  '^[A-Z]{2}-[0-9]{6}$': ['HB-204118', 'HB-2041'],
  '#a b': ['#a b', 'ab'],
  '(?i)a': [],
  '(a': [],
  'a)': [],
  '*': [],
  'a**': [],
  'a{3,2}': [],
  '[z-a]': [],
  '\\': [],
  '(?<=a)*b': [],
  '(?<n>a)\\k<m>': [],
};

// Native functions are not interrupted: one that works for hours keeps its thread for hours. What a short script can make so
// large is bounded here, or done in JavaScript, which is interrupted. Memory bounds the rest.
(function (global) {
  'use strict';
  /** Elements a native function may walk over at once. */
  const MOST = 2000000;
  /** Characters that a search may compare at worst. */
  const WORK = 200000000;
  /** Longer texts are compared one by one, so that the script can be ended between two of them. */
  const LONG = 256;

  const { apply, getOwnPropertyDescriptor } = Reflect;
  const { isArray } = Array;
  const { min, floor } = Math;
  const define = (target, methods) => {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true });
    }
  };
  const natively = (target, name) => {
    const native = getOwnPropertyDescriptor(target, name).value;
    return (self, args) => apply(native, self, args);
  };

  // A proxy says what it likes of its length, and is no list to a native function.
  const proxies = new WeakSet();
  const isProxy = apply.bind(null, WeakSet.prototype.has, proxies);
  const remember = apply.bind(null, WeakSet.prototype.add, proxies);
  const RealProxy = Proxy;
  const revocable = RealProxy.revocable;
  const GuardedProxy = function Proxy(target, handler) {
    if (new.target === undefined) { throw new TypeError("must be called with 'new'"); }
    const proxy = new RealProxy(target, handler);
    remember([proxy]);
    return proxy;
  };
  define(GuardedProxy, { revocable(target, handler) {
    const made = revocable(target, handler);
    remember([made.proxy]);
    return made;
  } });
  GuardedProxy.prototype = undefined;
  global.Proxy = GuardedProxy;

  const isPlain = (list) => isArray(list) && !isProxy([list]);
  const tooLong = () => new RangeError('a list is too long to be worked on');
  const bounded = (length) => { if (length > MOST) { throw tooLong(); } return length; };

  /** The receiver as a list whose length is what it says; what only looks like one is copied, element by element. */
  const listOf = (self) => {
    if (isPlain(self)) { bounded(self.length); return self; }
    const object = Object(self);
    const length = bounded(min(Math.max(floor(Number(object.length)) || 0, 0), Number.MAX_SAFE_INTEGER));
    const copy = [];
    for (let at = 0; at < length; at++) { if (at in object) { copy[at] = object[at]; } }
    copy.length = length;
    return copy;
  };
  const changing = (self) => {
    if (!isPlain(self)) { throw new TypeError('only an array can be changed in place'); }
    bounded(self.length);
    return self;
  };

  const arrays = Array.prototype;
  const methods = {};
  for (const name of ['every', 'some', 'forEach', 'map', 'filter', 'reduce', 'reduceRight', 'find', 'findIndex', 'findLast',
    'findLastIndex', 'flatMap', 'slice', 'join', 'toString', 'toLocaleString', 'toReversed', 'toSpliced', 'with']) {
    if (!(name in arrays)) { continue; }
    const native = natively(arrays, name);
    methods[name] = { [name](...args) { return native(listOf(this), args); } }[name];
  }
  for (const name of ['reverse', 'splice', 'shift', 'unshift', 'fill', 'copyWithin']) {
    const native = natively(arrays, name);
    methods[name] = { [name](...args) { return native(changing(this), args); } }[name];
  }
  const ordered = (left, right) => {
    const [a, b] = [String(left), String(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  };
  const sort = natively(arrays, 'sort');
  methods.sort = { sort(compare) { return sort(changing(this), [compare === undefined ? ordered : compare]); } }.sort;
  const toSorted = natively(arrays, 'toSorted');
  methods.toSorted = { toSorted(compare) { return toSorted(listOf(this), [compare === undefined ? ordered : compare]); } }.toSorted;
  for (const name of ['indexOf', 'lastIndexOf', 'includes']) {
    const native = natively(arrays, name);
    methods[name] = { [name](...args) {
      const list = listOf(this);
      if (typeof args[0] !== 'string' || args[0].length < LONG || args.length > 1) { return native(list, args); }
      const backwards = name === 'lastIndexOf';
      for (let n = 0; n < list.length; n++) {
        const at = backwards ? list.length - 1 - n : n;
        if (list[at] === args[0]) { return name === 'includes' ? true : at; }
      }
      return name === 'includes' ? false : -1;
    } }[name];
  }
  const concat = natively(arrays, 'concat');
  methods.concat = { concat(...lists) {
    const parts = [this, ...lists];
    let length = 0;
    for (const part of parts) {
      if (isPlain(part)) { length = bounded(length + part.length); continue; }
      if (part !== null && typeof part === 'object' && part[Symbol.isConcatSpreadable]) { throw tooLong(); }
    }
    return concat(this, lists);
  } }.concat;
  methods.flat = { flat(depth = 1) {
    const out = [];
    const walk = (list, left) => {
      for (let at = 0; at < list.length; at++) {
        if (!(at in list)) { continue; }
        const item = list[at];
        if (left > 0 && isArray(item)) { walk(listOf(item), left - 1); } else { out.push(item); }
      }
    };
    walk(listOf(this), Number(depth) || 0);
    return out;
  } }.flat;
  define(arrays, methods);

  const strings = String.prototype;
  const isHeavy = (text, sought) => (text.length - sought.length + 1) * sought.length > WORK;
  /** Knuth, Morris and Pratt: as many steps as there are characters. */
  const find = (joined, soughtJoined, from) => {
    // A text that was put together may be kept in its parts, which makes each look at it a walk.
    const [text, sought] = [(joined + ' ').slice(0, -1), (soughtJoined + ' ').slice(0, -1)];
    const back = new Int32Array(sought.length);
    for (let at = 1, matched = 0; at < sought.length; at++) {
      while (matched > 0 && sought[at] !== sought[matched]) { matched = back[matched - 1]; }
      if (sought[at] === sought[matched]) { matched++; }
      back[at] = matched;
    }
    for (let at = from, matched = 0; at < text.length; at++) {
      while (matched > 0 && text[at] !== sought[matched]) { matched = back[matched - 1]; }
      if (text[at] === sought[matched]) { matched++; }
      if (matched === sought.length) { return at - matched + 1; }
    }
    return -1;
  };
  const searches = {};
  for (const name of ['indexOf', 'includes']) {
    const native = natively(strings, name);
    searches[name] = { [name](...args) {
      const [sought, from] = args;
      if (typeof this !== 'string' || typeof sought !== 'string' || !isHeavy(this, sought)) { return native(this, args); }
      const found = find(this, sought, min(Math.max(floor(Number(from)) || 0, 0), this.length));
      return name === 'includes' ? found >= 0 : found;
    } }[name];
  }
  for (const name of ['lastIndexOf', 'split', 'replace', 'replaceAll']) {
    const native = natively(strings, name);
    searches[name] = { [name](...args) {
      let [sought] = args;
      if (sought !== null && sought !== undefined && typeof sought === 'object') {
        // A pattern is interrupted; anything else is what it says as text, once.
        if (sought instanceof RegExp || Symbol[name] !== undefined && sought[Symbol[name]] !== undefined) { return native(this, args); }
        sought = String(sought);
        args = [sought, ...args.slice(1)];
      }
      const text = typeof this === 'string' ? this : String(this);
      if (typeof sought === 'string' && isHeavy(text, sought)) { throw new RangeError('the texts are too long to be searched'); }
      return native(text, args);
    } }[name];
  }
  define(strings, searches);
})

// FEEL as forms in the browser evaluate it: a question a line on standard input, an answer a line on standard output. The
// form of both is told in engine/expr/tests/support/differential/case.rs.

import { createInterface } from 'node:readline';
import { evaluate, unaryTest } from '@bpmn-io/feelin';

function variable(json) {
  if (json === null || typeof json !== 'object') {
    return json;
  }
  if (Array.isArray(json)) {
    return json.map(variable);
  }
  const [[kind, value]] = Object.entries(json);
  if (kind === 'Map') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, variable(inner)]));
  }
  return Number(value);
}

function told(value) {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? { number: String(value) } : { number: 'none' };
  }
  if (typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'function') {
    return { function: '' };
  }
  if (Array.isArray(value)) {
    return value.map(told);
  }
  if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    return { context: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, told(inner)])) };
  }
  return { [value.constructor?.name ?? 'other']: String(value) };
}

function answer(question) {
  const context = Object.fromEntries(Object.entries(question.variables).map(([name, json]) => [name, variable(json)]));
  try {
    if (question.kind === 'tests') {
      const { value } = unaryTest(question.text, { ...context, '?': variable(question.input) });
      return told(value);
    }
    const { value } = evaluate(question.text, context);
    return told(value);
  } catch (error) {
    return { error: String(error.message) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}

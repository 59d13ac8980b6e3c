import { act, fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { show } from '../testing/render';
import { later } from './later';

function Entry() {
  const [text, setText] = useState('');
  return <input aria-label="Entry" value={text} onChange={(event) => setText(event.target.value)} />;
}

const Part = later(async () => Entry);
function Around() {
  const [count, setCount] = useState(0);
  return (
    <>
      <button onClick={() => setCount(count + 1)}>{count}</button>
      <Part />
    </>
  );
}

test('what was entered in a part stays when the page around it changes', async () => {
  await show(<Around />);
  fireEvent.change(await screen.findByLabelText('Entry'), { target: { value: 'typed' } });
  fireEvent.click(screen.getByRole('button'));
  expect(screen.getByRole('button').textContent).toBe('1');
  expect((screen.getByLabelText('Entry') as HTMLInputElement).value).toBe('typed');
});

test('a part that was fetched ahead is there with the page', async () => {
  const Part = later(async () => Entry, <p>Meanwhile</p>);
  await act(async () => Part.ahead());
  await show(<Part />);
  expect(screen.queryByText('Meanwhile')).toBeNull();
  screen.getByLabelText('Entry');
});

import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { show } from '../testing/render';
import { ToldWhole } from './told-whole';

const LONG = 'Mould after leaking washing machine and a rather long story about who knew what when';
const clipped = { textOverflow: 'ellipsis' };

beforeEach(() => {
  // The document of the tests has no layout: a place holds twenty letters.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(20);
  vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockImplementation(function width(this: HTMLElement) {
    return this.textContent.length;
  });
});

const Table = () => (
  <>
    <ToldWhole />
    <table>
      <tbody>
        <tr>
          <td>
            <a href="#long" style={clipped}>
              {LONG}
            </a>
          </td>
          <td>
            <a href="#short" style={clipped}>
              Storm
            </a>
          </td>
          <td>
            <a href="#title" style={clipped} title="It says itself what it is.">
              {`${LONG}, told by its title`}
            </a>
          </td>
        </tr>
      </tbody>
    </table>
  </>
);

it('what is cut off is told whole where the pointer is, and what fits is not told again', async () => {
  const user = userEvent.setup();
  await show(<Table />);
  await user.hover(screen.getByRole('link', { name: LONG }));
  expect((await screen.findByRole('tooltip')).textContent).toBe(LONG);
  await user.hover(screen.getByRole('link', { name: 'Storm' }));
  await waitFor(() => expect(screen.queryByRole('tooltip')).toBe(null));
  await user.hover(screen.getByRole('link', { name: /told by its title/ }));
  await new Promise((done) => setTimeout(done, 400));
  expect(screen.queryByRole('tooltip')).toBe(null);
});
it('it is told where the keyboard is as well, and goes with Escape', async () => {
  const user = userEvent.setup();
  await show(<Table />);
  await user.tab();
  expect((await screen.findByRole('tooltip')).textContent).toBe(LONG);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('tooltip')).toBe(null));
});

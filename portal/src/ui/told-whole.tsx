/** What is cut off for want of room is told whole where the pointer or the keyboard is: titles in lists, names in narrow columns. One for the whole page. */
import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';

const DELAY = 300;
/** Places in which texts are cut. Those that say it all themselves are left alone. */
const PLACE = 'td, th, .cw-clip';
const SAYS_ITSELF = '[title], [data-told]';

/** A text that ends in an ellipsis. What only a screen reader says is a pixel wide, and no such text. */
function isCut(node: HTMLElement): boolean {
  return (
    node.clientWidth > 1 &&
    node.scrollWidth > node.clientWidth + 1 &&
    getComputedStyle(node).textOverflow === 'ellipsis' &&
    node.closest(SAYS_ITSELF) === null
  );
}

/** The text that is cut off where this is; null: none is. */
export function cutAt(target: EventTarget | null): HTMLElement | null {
  if (!(target instanceof HTMLElement) || target.closest(SAYS_ITSELF) !== null) return null;
  const place = target.closest<HTMLElement>('td, th') ?? target.closest<HTMLElement>(PLACE);
  if (place === null) return null;
  return [place, ...place.querySelectorAll<HTMLElement>('*')].find(isCut) ?? null;
}

export function ToldWhole() {
  const [cut, setCut] = useState<HTMLElement | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (node: HTMLElement | null, delay: number) => {
      clearTimeout(timer);
      setCut((now) => (now === node ? now : null));
      if (node !== null) timer = setTimeout(() => setCut(node), delay);
    };
    const point = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') show(cutAt(event.target), DELAY);
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof HTMLElement && event.target.matches(':focus-visible')) show(cutAt(event.target), 0);
    };
    const hide = () => show(null, 0);
    const escape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', point);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', escape);
    document.documentElement.addEventListener('pointerleave', hide);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', point);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', escape);
      document.documentElement.removeEventListener('pointerleave', hide);
    };
  }, []);
  if (cut === null) return null;
  return (
    <Tooltip
      target={cut}
      opened={cut.isConnected}
      label={cut.textContent}
      multiline
      maw={420}
      data-testid="told-whole"
    />
  );
}

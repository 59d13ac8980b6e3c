/** The palette, fetched behind the first screen. Whoever presses its keys before it is there has it opened when it is. */
import { spotlight } from '@mantine/spotlight';
import { useEffect } from 'react';
import { later } from '../ui/later';

let isThere = false;
let isWanted = false;
window.addEventListener('keydown', (event) => {
  if (isThere || event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  isWanted = true;
});

export const Palette = later<object>(async () => {
  const { Palette: Loaded } = await import('./palette');
  return function Ready() {
    useEffect(() => {
      isThere = true;
      if (isWanted) spotlight.open();
    }, []);
    return <Loaded />;
  };
});

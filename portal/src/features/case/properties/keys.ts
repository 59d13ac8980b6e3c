/** Single keys that open a property. */
import { useEffect } from 'react';
import type { Editor } from './property';

const KEYS: Record<string, Editor> = { p: 'priority', d: 'due', l: 'labels' };

/** `p`, `d` and `l` open the property they stand for; they follow the switch for single keys and never fire while someone types. */
export function usePropertyKeys(may: boolean, setOpen: (editor: Editor) => void): void {
  useEffect(() => {
    if (!may) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const editor = KEYS[event.key];
      if (
        editor === undefined ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        localStorage.getItem('casewright.shortcuts') === 'off'
      )
        return;
      if (
        event.target instanceof HTMLElement &&
        (event.target.isContentEditable ||
          event.target.closest('input, textarea, select, [role="dialog"], [role="menu"], .fjs-container') !== null)
      )
        return;
      event.preventDefault();
      setOpen(editor);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [may, setOpen]);
}

/**
 * Gives the keyboard back where it was before a dialog. Most dialogs are in the document only while they are open, so that nothing of theirs is
 * left to do it; and what opened one may be a menu that has gone as well, so the last place outside of both is meant.
 */
const PASSING = '[role="dialog"], [role="menu"], [role="listbox"]';

export function returnFocus(): () => void {
  let before: HTMLElement | null = null;
  let opened: Element | null = null;
  // Only while a dialog is open is the document watched.
  const closed = new MutationObserver(() => {
    if (opened?.isConnected === true) return;
    closed.disconnect();
    opened = null;
    if (document.activeElement === document.body && before?.isConnected === true) before.focus({ preventScroll: true });
  });
  const moved = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.closest(PASSING) === null) before = target;
    const dialog = target.closest('[role="dialog"]');
    // Of dialogs in dialogs the first one stands for all.
    if (dialog === null || opened?.isConnected === true) return;
    opened = dialog;
    closed.observe(document.body, { childList: true, subtree: true });
  };
  document.addEventListener('focusin', moved);
  return () => {
    document.removeEventListener('focusin', moved);
    closed.disconnect();
  };
}

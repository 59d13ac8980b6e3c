/** The keys of the page that is open. */
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { t } from '../i18n';
import { commandOf, keyOf, PREFIX, singleKey, type Shortcut } from '../lib/keys';
import { offeredActions, usePageActions } from '../lib/page-actions';
import { placesFor, type Place } from './navigation';
import { useCan } from './permissions';

const SEQUENCE_MS = 1_200;

export const shortcutOf = (place: Place): Shortcut => ({
  id: `go:${place.to}`,
  label: place.label,
  key: `${PREFIX} ${place.key}`,
  where: 'everywhere',
});

export function useShortcuts(openHelp: () => void): void {
  const navigate = useNavigate();
  const can = useCan();
  usePageActions([
    { id: 'help', label: t('Keyboard shortcuts'), run: openHelp },
    { id: 'search', run: () => document.querySelector<HTMLInputElement>('[data-search]')?.focus() },
    { id: 'new-case', run: () => void navigate({ to: '/cases/new' }), isAllowed: can('case:create') },
  ]);
  useEffect(() => {
    let prefixAt = 0;
    const onKey = (event: KeyboardEvent) => {
      const key = singleKey(event);
      if (key === null) return;
      if (Date.now() - prefixAt < SEQUENCE_MS) {
        prefixAt = 0;
        const place = placesFor(can).find((each) => keyOf(shortcutOf(each)) === `${PREFIX} ${key}`);
        if (place === undefined) return;
        event.preventDefault();
        return void navigate({ to: place.to });
      }
      if (key === PREFIX) {
        prefixAt = Date.now();
        return;
      }
      const action = offeredActions().find((each) => keyOf(commandOf(each.id)) === key);
      if (action === undefined) return;
      event.preventDefault();
      action.run();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, can]);
}

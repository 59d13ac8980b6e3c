/** Printing a case: all that is known of it is loaded first, then the browser prints. */
import { ActionIcon, Menu } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { Case, CaseDefinition } from '../../../api/schema';
import { t } from '../../../i18n';
import { usePageActions } from '../../../lib/page-actions';
import { Icon } from '../../../ui/icons';
import { later } from '../../../ui/later';
import { report } from '../../../ui/toast';
import { PlaceHold } from '../hold/place-hold';
import type { PaperKind } from './paper';

// Whoever prints nothing loads none of it.
const CasePaper = later(async () => (await import('./paper')).CasePaper);

export function PrintMenu({ item, definition }: { item: Case; definition: CaseDefinition | undefined }) {
  // Each print is a paper of its own, also one of the same kind.
  const [paper, setPaper] = useState<{ kind: PaperKind; number: number } | null>(null);
  const [isLoading, setLoading] = useState(false);
  const start = (kind: PaperKind) => {
    setLoading(true);
    setPaper((last) => ({ kind, number: (last?.number ?? 0) + 1 }));
  };
  const ready = useCallback(() => {
    setLoading(false);
    // The paper is on the page before the browser looks at it.
    requestAnimationFrame(() => window.print());
  }, []);
  const failed = useCallback((error: unknown) => {
    setLoading(false);
    setPaper(null);
    report(error, t('The case was not printed'));
  }, []);
  useEffect(() => {
    const end = () => setPaper(null);
    window.addEventListener('afterprint', end);
    return () => window.removeEventListener('afterprint', end);
  }, []);
  usePageActions([
    { id: 'print', run: () => start('case'), isAllowed: !isLoading },
    { id: 'dossier', run: () => start('dossier'), isAllowed: !isLoading },
  ]);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            c="inherit"
            size={30}
            loading={isLoading}
            aria-label={t('Print')}
            data-testid="print-menu"
          >
            <Icon name="print" size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => start('case')} data-testid="print-case">
            {t('Case with its timeline')}
          </Menu.Item>
          <Menu.Item onClick={() => start('dossier')} data-testid="print-dossier">
            {t('Dossier with mails and documents')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PlaceHold item={item} />
      {paper !== null && (
        <CasePaper
          key={paper.number}
          item={item}
          definition={definition}
          kind={paper.kind}
          ready={ready}
          failed={failed}
        />
      )}
    </>
  );
}

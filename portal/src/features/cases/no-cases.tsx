/** A list of cases without any: because nothing matches, or because there is none yet. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from '../../i18n';
import { Empty } from '../../ui/states';

export function NoCases({ filtered, clear, may }: { filtered: boolean; clear: () => void; may: boolean }) {
  if (filtered)
    return (
      <Empty
        icon="search"
        title={t('No case matches these filters')}
        action={
          <Button variant="default" onClick={clear}>
            {t('Clear filters')}
          </Button>
        }
      >
        {t('Remove a filter or search for something else.')}
      </Empty>
    );
  return (
    <Empty
      icon="cases"
      title={t('No cases yet')}
      action={
        may && (
          <Button component={Link} to="/cases/new">
            {t('New case')}
          </Button>
        )
      }
    >
      {t('Cases appear here when someone creates one or a mail arrives. The list updates by itself.')}
    </Empty>
  );
}

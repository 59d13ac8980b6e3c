/** Who works on a case. */
import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../../api/queries';
import type { Case, Person } from '../../../api/schema';
import { t } from '../../../i18n';
import { PersonTag } from '../../../ui/badges';
import { PersonPicker } from '../../../ui/person-picker';
import { Fact } from './property';

export function AssigneePicker({
  item,
  may,
  open,
  setOpen,
  assign,
}: {
  item: Case;
  may: boolean;
  open: boolean;
  setOpen: (open: boolean) => void;
  assign: (person: Person | null) => void;
}) {
  const me = useQuery(meQuery).data;
  if (!may)
    return (
      <Fact label={t('Assignee')}>
        <PersonTag person={item.assignee} />
      </Fact>
    );
  if (open)
    return (
      <PersonPicker
        kind="cases"
        id={item.id}
        current={item.assignee?.id ?? null}
        choose={assign}
        close={() => setOpen(false)}
      />
    );
  return (
    <Fact label={t('Assignee')}>
      <Group gap={6}>
        <Button
          variant="subtle"
          color="gray"
          c="inherit"
          size="compact-sm"
          px={4}
          onClick={() => setOpen(true)}
          aria-label={t('Assignee: {name}. Change', { name: item.assignee?.name ?? t('Nobody') })}
          data-testid="case-assignee"
        >
          <PersonTag person={item.assignee} />
        </Button>
        {item.assignee?.id !== me?.id && me !== undefined && (
          <Button
            variant="light"
            size="compact-xs"
            onClick={() => assign({ id: me.id, name: me.name })}
            data-testid="assign-to-me"
          >
            {t('Assign to me')}
          </Button>
        )}
      </Group>
    </Fact>
  );
}

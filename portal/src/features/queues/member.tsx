/** A member of a queue by name; what they can do opens from it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { usePersonName } from '../../ui/badges';
import { MemberDialog } from './member-dialog';

export function Member({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const name = usePersonName(id) ?? id;
  const may = useCan()('availability:read');
  return (
    <>
      <Button
        variant="default"
        size="compact-xs"
        radius="xl"
        disabled={!may}
        aria-label={t('What {name} can do', { name })}
        onClick={() => setOpen(true)}
      >
        {name}
      </Button>
      {open && <MemberDialog id={id} name={name} close={() => setOpen(false)} />}
    </>
  );
}

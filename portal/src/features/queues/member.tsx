/** A member of a queue by name; what they can do opens from it. */
import { Badge, Button } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { usePersonName } from '../../ui/badges';
import { MemberDialog } from './member-dialog';

export function Member({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const name = usePersonName(id) ?? id;
  const may = useCan()('availability:read');
  if (!may)
    return (
      <Badge variant="default" tt="none">
        {name}
      </Badge>
    );
  return (
    <>
      <Button
        variant="default"
        size="compact-xs"
        radius="xl"
        aria-label={t('What {name} can do', { name })}
        onClick={() => setOpen(true)}
      >
        {name}
      </Button>
      {open && <MemberDialog id={id} name={name} close={() => setOpen(false)} />}
    </>
  );
}

/** Who may use a template beside its owner. */
import { Group, MultiSelect, Select } from '@mantine/core';
import type { Group as GroupOfPeople, NewMailTemplate } from '../../api/schema';
import { t } from '../../i18n';

type Audience = NonNullable<NewMailTemplate['audience']>;

interface Props {
  audience: Audience;
  groups: GroupOfPeople[];
  error: string | null;
  change: (audience: Audience) => void;
}

export function AudienceField({ audience, groups, error, change }: Props) {
  return (
    <Group grow align="flex-start">
      <Select
        label={t('Who may use it')}
        allowDeselect={false}
        value={audience.kind}
        data={[
          { value: 'private', label: t('Only mine') },
          { value: 'groups', label: t('For groups') },
          { value: 'everyone', label: t('For everyone') },
        ]}
        onChange={(kind) =>
          change(kind === 'groups' ? { kind, groups: [] } : { kind: kind === 'everyone' ? 'everyone' : 'private' })
        }
      />
      {audience.kind === 'groups' && (
        <MultiSelect
          label={t('Groups')}
          searchable
          value={audience.groups}
          data={groups.map((each) => ({ value: each.id, label: each.name }))}
          error={error}
          onChange={(chosen) => change({ kind: 'groups', groups: chosen })}
        />
      )}
    </Group>
  );
}

/** How a case ends: one of what its definition lists, or in free words. */
import { Select, TextInput } from '@mantine/core';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';

export function ResolutionInput({
  definition,
  value,
  change,
}: {
  definition: CaseDefinition | undefined;
  value: string;
  change: (value: string) => void;
}) {
  // The server leaves an empty list out.
  const listed = (definition?.resolutions as CaseDefinition['resolutions'] | undefined) ?? [];
  if (listed.length === 0)
    return (
      <TextInput
        label={t('How does it end?')}
        maxLength={200}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
        data-testid="resolution"
      />
    );
  return (
    <Select
      label={t('How does it end?')}
      required
      data={listed.map(({ id, name }) => ({ value: id, label: name }))}
      value={value === '' ? null : value}
      onChange={(chosen) => change(chosen ?? '')}
      data-testid="resolution"
    />
  );
}

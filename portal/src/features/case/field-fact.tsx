/** A field of a case where it is read: for those who may, a button opens its editor in the same place. What was typed stays when it is refused. */
import { Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiError } from '../../api/client';
import type { Case, CaseField } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { FieldInput, fieldPointer, fieldText, isAt } from '../fields/field';
import { labelOf } from '../fields/labels';
import { usePatchCase, type Conflict } from './actions';

interface Props {
  item: Case;
  field: CaseField;
  required: boolean;
  may: boolean;
  onConflict: (conflict: Conflict) => void;
}

export function FieldFact({ item, field, required, may, onConflict }: Props) {
  // The case as it was when the editor was opened: a change of somebody else in between is noticed.
  const [base, setBase] = useState<Case | null>(null);
  const label = labelOf(field);
  const held = item.fields[field.key];
  if (base !== null)
    return (
      <>
        <dt className="cw-fact-wide">
          <VisuallyHidden>{label}</VisuallyHidden>
        </dt>
        <dd className="cw-fact-wide">
          <FieldForm
            base={base}
            field={field}
            required={required}
            onConflict={onConflict}
            close={() => setBase(null)}
          />
        </dd>
      </>
    );
  const told = fieldText(field, held);
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {may && field.type !== 'computed' ? (
          <Group gap={4} wrap="nowrap" justify="space-between" align="flex-start">
            <span style={{ minWidth: 0 }}>{told}</span>
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              style={{ flex: 'none' }}
              aria-label={t('{label}: {value}. Change', { label, value: told })}
              onClick={() => setBase(item)}
              data-testid={`field-edit-${field.key}`}
            >
              <Icon name="edit" size={14} />
            </Button>
          </Group>
        ) : (
          told
        )}
      </dd>
    </>
  );
}

function FieldForm({
  base,
  field,
  required,
  onConflict,
  close,
}: {
  base: Case;
  field: CaseField;
  required: boolean;
  onConflict: (conflict: Conflict) => void;
  close: () => void;
}) {
  const [value, setValue] = useState<unknown>(base.fields[field.key]);
  const patch = usePatchCase(onConflict);
  const refused = patch.error instanceof ApiError ? patch.error.errors : [];
  const own = refused.find((each) => isAt(each, fieldPointer(field.key)))?.detail;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (patch.isPending) return;
    patch.mutate({
      item: base,
      patch: { fields: { [field.key]: value ?? null } },
      done: t('Saved'),
      settled: close,
      quiet: true,
    });
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) close();
      }}
    >
      <Stack gap="xs">
        <FieldInput field={field} required={required} value={value} error={own} change={setValue} />
        {patch.error !== null && own === undefined && (
          <Text size="xs" role="alert" style={{ color: 'var(--cw-danger-fg)' }}>
            {[patch.error.message, ...refused.map((each) => each.detail)].filter(Boolean).join(' ')}
          </Text>
        )}
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={patch.isPending} data-testid="field-save">
            {t('Save')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={close}>
            {t('Cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

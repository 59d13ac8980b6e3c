/** The case's data, edited in place and saved together with the version that was read. */
import { Button, Checkbox, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Case, CaseDefinition, CaseField } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue, words } from '../../lib/format';
import { Panel } from '../../ui/tabs';
import { usePatchCase, type Conflict } from './actions';

export function Fields({ item, definition, onConflict }: { item: Case; definition: CaseDefinition | undefined; onConflict: (conflict: Conflict) => void }) {
  const [edited, setEdited] = useState<Record<string, unknown>>({});
  const [title, setTitle] = useState<string | null>(null);
  // The version the edit started from, so that a change of someone else in between is noticed and not overwritten.
  const [base, setBase] = useState<Case | null>(null);
  const patch = usePatchCase(onConflict);
  const start = () => setBase((known) => known ?? item);
  const dirty = title !== null || Object.keys(edited).length > 0;
  const reset = () => { setEdited({}); setTitle(null); setBase(null); };
  const save = (event: FormEvent) => {
    event.preventDefault();
    patch.mutate({ item: base ?? item, patch: { ...(title === null ? {} : { title }), ...(Object.keys(edited).length === 0 ? {} : { fields: edited }) }, done: t('Saved') }, { onSettled: reset });
  };
  const known = definition?.fields ?? [];
  const others = Object.keys(item.fields).filter((key) => known.every((field) => field.key !== key));
  return (
    <Panel>
      <form onSubmit={save}>
        <Stack maw={640}>
          <TextInput label={t('Title')} required value={title ?? item.title} onChange={(event) => { start(); setTitle(event.currentTarget.value); }} />
          {known.map((field) => <FieldInput key={field.key} field={field} value={field.key in edited ? edited[field.key] : item.fields[field.key]} change={(value) => { start(); setEdited({ ...edited, [field.key]: value }); }} />)}
          {others.length > 0 && <dl className="cw-facts">{others.map((key) => [<dt key={key}>{words(key)}</dt>, <dd key={`${key}-value`}>{fieldValue(item.fields[key])}</dd>])}</dl>}
          {known.length + others.length === 0 && <Text c="dimmed" size="sm">{t('This type of case has no fields.')}</Text>}
          <Group><Button type="submit" disabled={!dirty} loading={patch.isPending}>{t('Save')}</Button>{dirty && <Button variant="default" onClick={reset}>{t('Discard changes')}</Button>}</Group>
        </Stack>
      </form>
    </Panel>
  );
}

function FieldInput({ field, value, change }: { field: CaseField; value: unknown; change: (value: unknown) => void }) {
  const common = { label: field.label, required: field.required === true };
  if (field.options !== undefined && field.options.length > 0) return <Select {...common} data={field.options} value={typeof value === 'string' ? value : null} onChange={change} />;
  if (field.type === 'number') return <NumberInput {...common} thousandSeparator=" " value={typeof value === 'number' ? value : ''} onChange={(next) => change(next === '' ? null : Number(next))} />;
  if (field.type === 'boolean') return <Checkbox label={field.label} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />;
  return <TextInput {...common} type={field.type === 'date' ? 'date' : 'text'} value={typeof value === 'string' ? value : value == null ? '' : fieldValue(value)} onChange={(event) => change(event.currentTarget.value === '' ? null : event.currentTarget.value)} />;
}

/** The case's data, edited in place and saved together with the version that was read. What was typed stays until the server has taken it. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiError } from '../../api/client';
import { useActivity } from '../../api/presence';
import type { Case, CaseDefinition, CaseField } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { clearForm, readForm, writeForm } from '../../lib/drafts';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/tabs';
import { FieldInput, fieldPointer, fieldsOf, isAt } from '../fields/field';
import { FieldGroups } from '../fields/field-groups';
import { useFieldStates } from '../fields/field-states';
import { usePatchCase, type Conflict } from './actions';

/** What is entered and not saved; `base` is the case the edit started from, so that a change of someone else in between is noticed. */
export interface Edit {
  title: string | null;
  fields: Record<string, unknown>;
  base: Case | null;
}
const NOTHING: Edit = { title: null, fields: {}, base: null };

export function storedEdit(draft: Record<string, unknown>): Edit {
  const { title, fields, base } = draft as Partial<Edit>;
  return {
    title: typeof title === 'string' ? title : null,
    fields: typeof fields === 'object' && fields !== null ? fields : {},
    base: base ?? null,
  };
}

export function Fields({
  item,
  definition,
  onConflict,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  onConflict: (conflict: Conflict) => void;
}) {
  const draft = `data.${item.id}`;
  const [edit, setEdit] = useState<Edit>(() => storedEdit(readForm(draft)));
  const patch = usePatchCase(onConflict);
  const may = useCan()('case:update');
  const dirty = edit.title !== null || Object.keys(edit.fields).length > 0;
  useActivity(item.id, 'editing-field', dirty);
  const change = (part: Partial<Edit>) =>
    setEdit((before) => {
      const next = { ...before, ...part, base: before.base ?? item, fields: { ...before.fields, ...part.fields } };
      writeForm(draft, { ...next });
      return next;
    });
  const reset = () => {
    clearForm(draft);
    setEdit(NOTHING);
    patch.reset();
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!patch.isPending)
      patch.mutate({
        item: edit.base ?? item,
        patch: {
          ...(edit.title === null ? {} : { title: edit.title }),
          ...(Object.keys(edit.fields).length === 0 ? {} : { fields: edit.fields }),
        },
        done: t('Saved'),
        settled: reset,
        quiet: true,
      });
  };
  const refused = patch.error instanceof ApiError && !patch.error.isConflict ? patch.error : null;
  const known = definition?.fields ?? [];
  const stateOf = useFieldStates(definition, edit.fields, item.fields, item.id, item.version);
  const valueOf = (field: CaseField) => {
    if (field.type === 'computed') return stateOf(field).value;
    return field.key in edit.fields ? edit.fields[field.key] : item.fields[field.key];
  };
  const named = fieldsOf(definition);
  const errorOf = (pointer: string) => refused?.errors.find((each) => isAt(each, pointer))?.detail;
  const shown = known.filter((field) => stateOf(field).visible);
  const placed = new Set(['/title', ...shown.map((field) => fieldPointer(field.key))]);
  const unplaced =
    refused === null ? [] : refused.errors.filter((each) => ![...placed].some((pointer) => isAt(each, pointer)));
  const others = Object.keys(item.fields).filter((key) => known.every((field) => field.key !== key));
  return (
    <Panel>
      <form onSubmit={save}>
        <Stack maw={640}>
          {refused !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('Not saved')} testId="fields-refused">
              {[refused.message, ...unplaced.map((each) => each.detail)].filter(Boolean).join(' ')}{' '}
              {t('What you entered is still here.')}
            </Notice>
          )}
          <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
            <Stack>
              <TextInput
                label={t('Title')}
                required
                value={edit.title ?? item.title}
                error={errorOf('/title')}
                onChange={(event) => change({ title: event.currentTarget.value })}
              />
              {definition !== undefined && (
                <FieldGroups
                  definition={definition}
                  stateOf={stateOf}
                  isWanted={(field) => errorOf(fieldPointer(field.key)) !== undefined}
                >
                  {(field) => (
                    <FieldInput
                      key={field.key}
                      field={field}
                      required={stateOf(field).required}
                      error={errorOf(fieldPointer(field.key))}
                      value={valueOf(field)}
                      change={(value) => change({ fields: { [field.key]: value } })}
                    />
                  )}
                </FieldGroups>
              )}
            </Stack>
          </fieldset>
          {others.length > 0 && (
            <dl className="cw-facts">
              {others.map((key) => [
                <dt key={key}>{named.label(key)}</dt>,
                <dd key={`${key}-value`}>{named.text(key, item.fields[key])}</dd>,
              ])}
            </dl>
          )}
          {known.length + others.length === 0 && (
            <Text c="dimmed" size="sm">
              {t('This type of case has no fields.')}
            </Text>
          )}
          {may && (
            <Group>
              <Button type="submit" disabled={!dirty} loading={patch.isPending}>
                {t('Save')}
              </Button>
              {dirty && (
                <Button variant="default" onClick={reset}>
                  {t('Discard changes')}
                </Button>
              )}
            </Group>
          )}
        </Stack>
      </form>
    </Panel>
  );
}

/** The form of a new case. The idempotency key makes a double click one case. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { formQuery } from '../../api/queries';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { clearForm, readForm, writeForm } from '../../lib/drafts';
import { Notice } from '../../ui/notice';
import { Loading } from '../../ui/states';
import { report, told } from '../../ui/toast';
import { isAt } from '../fields/field';
import type { FormHandle } from '../forms/form-viewer';
import { defaultsOf, EnteredFields } from './entered-fields';
import { DuplicateHint } from './duplicate-hint';
import { requesterOf } from './requester';

const FormViewer = lazy(() => import('../forms/form-viewer').then((module) => ({ default: module.FormViewer })));

/** The same object at every render: a form is built again when its data is another. */
const EMPTY: Record<string, unknown> = {};

interface Entered {
  title: string;
  name: string;
  email: string;
  fields: Record<string, unknown>;
}

function enteredBefore(draft: Record<string, unknown>, defaults: Record<string, unknown>): Entered {
  const { title, name, email, fields } = draft as Partial<Entered>;
  return { title: title ?? '', name: name ?? '', email: email ?? '', fields: fields ?? defaults };
}

/** `parent`: number of the case that the new one is a part of. */
export function CreateForm({ definition, parent }: { definition: CaseDefinition; parent?: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useRef<FormHandle>(null);
  const key = useRef(crypto.randomUUID());
  const draft = `new-case.${definition.key}`;
  const [entered, setEntered] = useState(() => enteredBefore(readForm(draft), defaultsOf(definition)));
  const [collecting, setCollecting] = useState(false);
  const change = (part: Partial<Entered>) =>
    setEntered((before) => {
      const next = { ...before, ...part };
      writeForm(draft, { ...next });
      return next;
    });
  const schema = useQuery({ ...formQuery(definition.createForm ?? ''), enabled: definition.createForm != null });
  const create = useMutation({
    mutationFn: (fields: Record<string, unknown>) =>
      take(
        api.POST('/api/v1/cases', {
          params: { header: { 'Idempotency-Key': key.current } },
          body: {
            definition: definition.key,
            title: entered.title,
            fields,
            requester: requesterOf(entered),
            origin: { kind: 'portal', reference: null },
          },
        }),
      ),
    onSuccess: async (created) => {
      // The next case of this kind is another customer's.
      forget();
      if (parent !== undefined) await partOf(created.id, parent);
      told(t('{number} created', { number: created.number }));
      await queries.invalidateQueries({ queryKey: ['cases'] });
      await navigate({ to: '/cases/$ref/$tab', params: { ref: created.number, tab: 'overview' } });
    },
    // A refused attempt was decided: the corrected one is a new request, not a repetition.
    onError: (error) => {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) key.current = crypto.randomUUID();
      if (error instanceof ApiError) form.current?.showErrors(error.errors);
    },
  });
  const forget = () => {
    clearForm(draft);
    form.current?.clearDraft();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (create.isPending || collecting) return;
    setCollecting(true);
    const values = await (form.current?.submit() ?? Promise.resolve(entered.fields)).finally(() =>
      setCollecting(false),
    );
    if (values !== null) create.mutate(values);
  };
  const body = schema.data?.schema ?? null;
  const refused = create.error instanceof ApiError ? create.error.errors : [];
  const errorOf = (pointer: string) => refused.find((each) => isAt(each, pointer))?.detail;
  return (
    <form className="cw-panel" onSubmit={(event) => void submit(event)}>
      <Stack p="lg" gap="md">
        {create.error !== null && (
          <Notice tone="danger" icon="incident" title={t('The case was not created')} role="alert">
            {create.error.message}
          </Notice>
        )}
        <TextInput
          label={t('Title')}
          description={t('One line that says what it is about')}
          required
          maxLength={200}
          value={entered.title}
          error={errorOf('/title')}
          onChange={(event) => change({ title: event.currentTarget.value })}
          data-testid="case-new-title"
        />
        <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
          <TextInput
            label={t('Requester')}
            description={t('Who asks; may be empty')}
            value={entered.name}
            maxLength={200}
            error={errorOf('/requester/name')}
            onChange={(event) => change({ name: event.currentTarget.value })}
            autoComplete="off"
            data-testid="case-new-requester"
          />
          <TextInput
            label={t('Mail address of the requester')}
            description={t('Answers go there')}
            type="email"
            value={entered.email}
            maxLength={254}
            error={errorOf('/requester/email')}
            onChange={(event) => change({ email: event.currentTarget.value })}
            autoComplete="off"
            data-testid="case-new-requester-email"
          />
        </Group>
        {parent !== undefined && (
          <Notice tone="accent" icon="link">
            {t('It will be a part of {number}.', { number: parent })}
          </Notice>
        )}
        <DuplicateHint
          definition={definition.key}
          title={entered.title}
          name={entered.name}
          email={entered.email}
          fields={entered.fields}
        />
        {definition.createForm != null && !schema.isError ? (
          body === null ? (
            <Loading rows={4} />
          ) : (
            <Suspense fallback={<Loading rows={4} />}>
              <FormViewer ref={form} schema={body} data={EMPTY} draftKey={`new.${definition.key}`} />
            </Suspense>
          )
        ) : (
          <EnteredFields
            definition={definition}
            fields={entered.fields}
            errorOf={errorOf}
            change={(key, value) =>
              setEntered((before) => {
                const next = { ...before, fields: { ...before.fields, [key]: value ?? undefined } };
                writeForm(draft, { ...next });
                return next;
              })
            }
          />
        )}
        <Group justify="flex-end">
          <Button component={Link} to="/cases" variant="default" onClick={forget}>
            {t('Cancel')}
          </Button>
          <Button type="submit" loading={create.isPending || collecting} data-testid="case-create">
            {t('Create case')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The case is there by now, whatever becomes of the link. */
async function partOf(id: string, parent: string): Promise<void> {
  try {
    await take(
      api.POST('/api/v1/cases/{id}/links', { params: { path: { id } }, body: { kind: 'child-of', to: parent } }),
    );
  } catch (error) {
    report(error, t('Not linked'));
  }
}

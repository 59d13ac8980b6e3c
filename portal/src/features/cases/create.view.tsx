/** `/cases/new`: choose what kind of case, then fill its form. The idempotency key makes a double click one case. */
import { Button, Group, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState, type FormEvent } from 'react';
import { api, ApiError, take } from '../../api/client';
import { definitionsQuery, formQuery } from '../../api/queries';
import type { CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Empty, Loaded, Loading } from '../../ui/states';
import { told } from '../case/actions';
import type { FormHandle } from '../forms/form-viewer';

const FormViewer = lazy(() => import('../forms/form-viewer').then((module) => ({ default: module.FormViewer })));
const route = getRouteApi('/cases/new');

export function NewCase() {
  const { definition } = route.useSearch();
  const query = useQuery(definitionsQuery);
  const chosen = query.data?.find((each) => each.key === definition);
  return (
    <Page title={chosen === undefined ? t('New case') : t('New {type}', { type: chosen.name })} width={860} actions={chosen !== undefined && <Button component={Link} to="/cases/new" variant="default">{t('Other type')}</Button>}>
      <Loaded query={query}>
        {(definitions) => definitions.length === 0 ? <div className="cw-panel"><Empty icon="cases" title={t('No case types yet')}>{t('An administrator adds case definitions; then cases can be created here.')}</Empty></div>
          : chosen === undefined ? <Tiles definitions={definitions} /> : <CreateForm key={chosen.key} definition={chosen} />}
      </Loaded>
    </Page>
  );
}

function Tiles({ definitions }: { definitions: CaseDefinition[] }) {
  return (
    <SimpleGrid component="ul" cols={{ base: 1, sm: 2 }} p={0} m={0} style={{ listStyle: 'none' }}>
      {definitions.map((each) => (
        <li key={each.key}>
          <Link to="/cases/new" search={{ definition: each.key }} className="cw-tile" data-testid="case-definition">
            <Group gap="sm" wrap="nowrap" mb={6}><span className="cw-event-icon cw-tone-accent"><Icon name="cases" size={16} /></span><Text fw={600}>{each.name}</Text></Group>
            <Text size="sm" c="dimmed">{each.description || each.stages.map((stage) => stage.name).join(' → ')}</Text>
          </Link>
        </li>
      ))}
    </SimpleGrid>
  );
}

function CreateForm({ definition }: { definition: CaseDefinition }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useRef<FormHandle>(null);
  const key = useRef(crypto.randomUUID());
  const [title, setTitle] = useState('');
  const [fields, setFields] = useState<Record<string, unknown>>({});
  const schema = useQuery({ ...formQuery(definition.createForm ?? ''), enabled: definition.createForm != null });
  const create = useMutation({
    mutationFn: (values: Record<string, unknown>) => take(api.POST('/api/v1/cases', { params: { header: { 'Idempotency-Key': key.current } }, body: { definition: definition.key, title, fields: values, origin: { kind: 'portal', reference: null } } })),
    onSuccess: async (created) => {
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const values = form.current === null ? fields : form.current.submit();
    if (values !== null && !create.isPending) create.mutate(values);
  };
  const body = schema.data?.schema ?? null;
  return (
    <form className="cw-panel" onSubmit={submit} noValidate={false}>
      <Stack p="lg" gap="md">
        {create.error !== null && <Notice tone="danger" icon="incident" title={t('The case was not created')} role="alert">{create.error.message}</Notice>}
        <TextInput label={t('Title')} description={t('One line that says what it is about')} required maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} data-testid="case-new-title" />
        {definition.createForm != null && !schema.isError
          ? (body === null ? <Loading rows={4} /> : <Suspense fallback={<Loading rows={4} />}><FormViewer ref={form} schema={body} data={{}} draftKey={`new.${definition.key}`} /></Suspense>)
          : <PlainFields definition={definition} values={fields} change={setFields} />}
        <Group justify="flex-end"><Button component={Link} to="/cases" variant="default">{t('Cancel')}</Button><Button type="submit" loading={create.isPending} data-testid="case-create">{t('Create case')}</Button></Group>
      </Stack>
    </form>
  );
}

/** Definitions without a form get their fields in the order of the definition. */
function PlainFields({ definition, values, change }: { definition: CaseDefinition; values: Record<string, unknown>; change: (next: Record<string, unknown>) => void }) {
  return definition.fields.map((field) => {
    const set = (value: unknown) => change({ ...values, [field.key]: value });
    const common = { label: field.label, required: field.required === true };
    if (field.type === 'number') return <NumberInput key={field.key} {...common} value={(values[field.key] as number | undefined) ?? ''} onChange={(value) => set(value === '' ? undefined : value)} />;
    if (field.type === 'boolean') return <Switch key={field.key} label={field.label} checked={values[field.key] === true} onChange={(event) => set(event.currentTarget.checked)} />;
    return <TextInput key={field.key} {...common} type={field.type === 'date' ? 'date' : 'text'} value={(values[field.key] as string | undefined) ?? ''} onChange={(event) => set(event.currentTarget.value || undefined)} />;
  });
}

/** Having a colleague do a task, or their part of it. The question is a comment of the case that tells them. */
import { Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../../api/client';
import { assigneesQuery, meQuery } from '../../api/queries';
import type { Case, Task } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { report, told } from '../../ui/toast';
import { noOption } from '../../ui/no-option';

interface Props {
  task: Task;
  caseOf: Case | undefined;
  /** The task is theirs: what they fill in counts, not what was begun here. */
  asked: () => void;
  close: () => void;
}

export function AskDialog({ task, caseOf, asked, close }: Props) {
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const mayComment = useCan()('case:comment') && caseOf !== undefined;
  const [to, setTo] = useState<string | null>(null);
  const [question, setQuestion] = useState('');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, 200);
  const found = useQuery({ ...assigneesQuery('tasks', task.id, search), placeholderData: keepPreviousData }).data ?? [];
  const [chosen, setChosen] = useState<{ id: string; name: string } | null>(null);
  const people = found.filter((each) => each.id !== task.assignee && each.id !== me?.id);
  const options = people.map((each) => ({ value: each.id, label: each.name }));
  if (chosen !== null && options.every((each) => each.value !== chosen.id))
    options.push({ value: chosen.id, label: chosen.name });
  const ask = useMutation({
    mutationFn: async (person: { id: string; name: string }) => {
      await take(
        api.POST('/api/v1/tasks/{id}/delegate', { params: { path: { id: task.id } }, body: { to: person.id } }),
      );
      if (caseOf === undefined || question.trim() === '') return;
      // The task is theirs already: a question that is not kept is no reason to say that it is not.
      const body = `@${person.name} ${question.trim()}`;
      const params = { path: { id: caseOf.id } };
      await take(api.POST('/api/v1/cases/{id}/comments', { params, body: { body, mentions: [person.id] } })).catch(
        (error: unknown) => report(error, t('The comment was not saved')),
      );
    },
    onSuccess: (_, person) => {
      asked();
      told(t('{name} has the task and gives it back', { name: person.name }));
      close();
    },
    onSettled: () => Promise.all(['tasks', 'case'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen !== null && !ask.isPending) ask.mutate(chosen);
  };
  return (
    <Modal opened onClose={close} title={t('Ask a colleague')} closeButtonProps={{ 'aria-label': t('Close') }}>
      <form onSubmit={submit}>
        <Stack>
          {ask.error !== null && (
            <Notice tone="danger" icon="incident" role="alert" title={t('The task was not given to anyone')}>
              {ask.error.message}
            </Notice>
          )}
          <Text size="sm">{t('They have the task until they give it back to you; you complete it then.')}</Text>
          <Select
            label={t('Colleague')}
            required
            searchable
            data-autofocus
            data={options}
            value={to}
            onChange={(value) => {
              setTo(value);
              setChosen(people.find((each) => each.id === value) ?? null);
            }}
            searchValue={typed}
            onSearchChange={setTyped}
            filter={({ options: all }) => all}
            nothingFoundMessage={noOption(t('Nobody found'))}
            data-testid="ask-whom"
          />
          {mayComment && (
            <Textarea
              label={t('Question')}
              description={t('It stands in the timeline of the case, and they are told.')}
              autosize
              minRows={2}
              maxRows={10}
              value={question}
              onChange={(event) => setQuestion(event.currentTarget.value)}
              data-testid="ask-question"
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('Cancel')}
            </Button>
            <Button type="submit" loading={ask.isPending} disabled={chosen === null} data-testid="ask-send">
              {t('Ask')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

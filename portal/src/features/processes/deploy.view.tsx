/** `/deploy`: drop files, see what the engine says about each line of them. */
import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import type { Deployment, ProblemDetail } from '../../api/schema';
import { plural, t } from '../../i18n';
import { bytes } from '../../lib/format';
import { Icon } from '../../ui/icons';
import { Notice } from '../../ui/notice';
import { Page } from '../../ui/page';
import { Panel } from '../../ui/tabs';
import { DropZone } from '../files/drop';
import { deploy, DEPLOYABLE, place, sortDiagnostics } from './deployment';

export function Deploy() {
  const queries = useQueryClient();
  const [files, setFiles] = useState<File[]>([]);
  const [name, setName] = useState('');
  const [refused, setRefused] = useState<string[]>([]);
  const run = useMutation({
    mutationFn: () => deploy(name.trim() || (files[0]?.name.replace(/\.\w+$/, '') ?? 'deployment'), files),
    onSuccess: () =>
      Promise.all(['process-definitions', 'instances'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const add = (more: File[]) => {
    run.reset();
    setRefused(more.filter((file) => !DEPLOYABLE.test(file.name)).map((file) => file.name));
    setFiles((all) => [
      ...all.filter((file) => more.every((each) => each.name !== file.name)),
      ...more.filter((file) => DEPLOYABLE.test(file.name)),
    ]);
  };
  return (
    <Page title={t('Deploy')} width={980}>
      <Stack>
        <DropZone onFiles={add} button={t('Choose files')} accept=".bpmn,.dmn,.form,.xml" testId="deploy-drop">
          {t('Drop BPMN, DMN and form files here. They are deployed together or not at all.')}
        </DropZone>
        {refused.length > 0 && (
          <Notice tone="warning" role="status">
            {t('Not BPMN, DMN or a form: {names}', { names: refused.join(', ') })}
          </Notice>
        )}
        {files.length > 0 && (
          <Panel title={plural('{count} file', '{count} files', files.length)}>
            <Stack>
              <Stack component="ul" gap={4} p={0} m={0} style={{ listStyle: 'none' }}>
                {files.map((file) => (
                  <Group component="li" key={file.name} justify="space-between">
                    <Group gap="xs">
                      <Icon name="file" size={16} />
                      <Text size="sm">{file.name}</Text>
                      <Text size="xs" c="dimmed">
                        {bytes(file.size)}
                      </Text>
                    </Group>
                    <ActionIcon
                      variant="subtle"
                      c="inherit"
                      aria-label={t('Remove {name}', { name: file.name })}
                      onClick={() => {
                        run.reset();
                        setFiles(files.filter((each) => each !== file));
                      }}
                    >
                      <Icon name="close" size={15} />
                    </ActionIcon>
                  </Group>
                ))}
              </Stack>
              <Group align="flex-end">
                <TextInput
                  label={t('Name of the deployment')}
                  placeholder={files[0]?.name.replace(/\.\w+$/, '')}
                  value={name}
                  onChange={(event) => setName(event.currentTarget.value)}
                  style={{ flex: 1 }}
                />
                <Button
                  onClick={() => run.mutate()}
                  loading={run.isPending}
                  leftSection={<Icon name="deploy" size={16} />}
                  data-testid="deploy-start"
                >
                  {t('Deploy')}
                </Button>
              </Group>
            </Stack>
          </Panel>
        )}
        {run.data !== undefined && <Done deployment={run.data} />}
        {run.error !== null && <Refused error={run.error} />}
      </Stack>
    </Page>
  );
}

function Done({ deployment }: { deployment: Deployment }) {
  return (
    <Notice tone="success" icon="check" title={t('Deployed')} role="status" testId="deploy-done">
      <Stack gap="xs">
        {deployment.definitions.length === 0 ? (
          <Text size="sm">{t('The files are deployed. None of them is a process.')}</Text>
        ) : (
          <Group gap="md">
            {deployment.definitions.map((definition) => (
              <Link key={definition.id} to="/processes/$id" params={{ id: definition.id }}>
                {definition.name ?? definition.key}
                {` · ${t('Version {version}', { version: definition.version })}`}
              </Link>
            ))}
          </Group>
        )}
        {deployment.warnings.length > 0 && <Diagnostics all={deployment.warnings} />}
      </Stack>
    </Notice>
  );
}

function Refused({ error }: { error: Error }) {
  const title = useRef<HTMLDivElement>(null);
  useEffect(() => title.current?.focus(), []);
  const errors = error instanceof ApiError ? error.errors : [];
  return (
    <Stack gap="xs" data-testid="deploy-refused">
      <Notice ref={title} tone="danger" icon="incident" title={t('Nothing was deployed')} role="alert">
        {error.message}
      </Notice>
      {errors.length > 0 && (
        <div className="cw-panel">
          <Diagnostics all={errors} />
        </div>
      )}
    </Stack>
  );
}

function Diagnostics({ all }: { all: ProblemDetail[] }) {
  return (
    <div className="cw-table-scroll">
      <table className="cw-table" data-testid="diagnostics">
        <caption className="cw-visually-hidden">{t('What the engine found')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('File')}</th>
            <th scope="col">{t('Line')}</th>
            <th scope="col">{t('What is wrong')}</th>
          </tr>
        </thead>
        <tbody>
          {sortDiagnostics(all).map((each) => (
            <tr key={`${each.resource}${each.line}${each.column}${each.code}${each.elementId}${each.detail}`}>
              <td style={{ verticalAlign: 'top', overflowWrap: 'anywhere', minWidth: 110 }}>{each.resource ?? '–'}</td>
              <td className="cw-num" style={{ verticalAlign: 'top' }}>
                {place(each)}
              </td>
              <th scope="row" style={{ fontWeight: 500, whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                {each.detail}
                {each.help != null && (
                  <Text size="sm" c="dimmed">
                    {each.help}
                  </Text>
                )}
                <Text size="xs" c="dimmed" mt={4}>
                  {each.elementId != null && (
                    <>
                      {t('Element')} <code>{each.elementId}</code> ·{' '}
                    </>
                  )}
                  <code>{each.code}</code>
                </Text>
              </th>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

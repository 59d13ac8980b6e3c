/** The answer: whether they may, why, who else could, and what policy was asked on the way. */
import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { groupsQuery } from '../../api/queries';
import type { AccessExplanation, AccessReason } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { roleName } from '../../app/roles';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/tabs';
import { Key } from './key';
import { actionName } from './names';
import { told as toldOf } from './reasons';

type NameOf = (group: string) => string;

export function Answer({
  told,
  action,
  thing,
}: {
  told: AccessExplanation;
  action: string;
  thing: string | undefined;
}) {
  const known = useQuery({ ...groupsQuery, enabled: useCan()('group:read') }).data ?? [];
  const nameOf: NameOf = (id) => known.find((group) => group.id === id)?.name ?? id;
  const who = told.subject.name || told.subject.id;
  const what = actionName(action);
  const about = told.about === 'thing' ? thing : undefined;
  const { roles, groups } = told.subject;
  return (
    <Stack data-testid="access-answer" data-allowed={told.allowed}>
      <Notice
        tone={told.allowed ? 'success' : 'danger'}
        icon={told.allowed ? 'check' : 'lock'}
        role="status"
        title={
          told.allowed
            ? t('Yes: {who} may do this: “{what}”.', { who, what })
            : t('No: {who} may not do this: “{what}”.', { who, what })
        }
      >
        <Group gap="xs">
          {about !== undefined && <span>{t('It is about {thing}.', { thing: about })}</span>}
          {told.refusal != null && (
            <span>{t('Their request is answered with {status}.', { status: told.refusal.status })}</span>
          )}
          <Key>{action}</Key>
        </Group>
      </Notice>
      {told.about === 'unseen-thing' && (
        <Notice tone="warning" icon="eye" testId="access-unseen">
          {t('There is no such thing that you can see. This is what is said of all of its kind.')}
        </Notice>
      )}
      <Panel title={t('Why')}>
        <Stack gap={6} component="ul" m={0} pl={18}>
          {told.reasons.map((reason) => (
            <li key={JSON.stringify(reason)} data-testid="access-reason">
              <Reason reason={reason} nameOf={nameOf} />
            </li>
          ))}
          {!told.hasReasons && <li>{t('The policy in force gives no reasons: this is its decision alone.')}</li>}
          {told.decidedBy === 'room' && told.refusal != null && <li>{told.refusal.detail}</li>}
        </Stack>
        <Text size="sm" c="dimmed" mt="sm">
          {roles.length === 0 ? t('No roles') : t('Roles: {roles}', { roles: roles.map(roleName).join(', ') })}
          {' · '}
          {groups.length === 0 ? t('No groups') : t('Groups: {groups}', { groups: groups.map(nameOf).join(', ') })}
        </Text>
        {told.rolesThatWould.length > 0 && (
          <Text size="sm" mt={6} data-testid="access-roles">
            {t('With one of these roles they could: {roles}.', {
              roles: told.rolesThatWould.map(roleName).join(', '),
            })}{' '}
            <Key>{told.rolesThatWould.join(', ')}</Key>
          </Text>
        )}
      </Panel>
      {told.steps.length > 1 && <Steps told={told} nameOf={nameOf} />}
    </Stack>
  );
}

function Reason({ reason, nameOf }: { reason: AccessReason; nameOf: NameOf }) {
  const { text, key } = toldOf(reason, nameOf);
  return (
    <>
      {text} {key !== null && <Key>{key}</Key>}
    </>
  );
}

/** One request asks several things: may they see the case, may they see the task, may they do it. */
function Steps({ told, nameOf }: { told: AccessExplanation; nameOf: NameOf }) {
  return (
    <Panel title={t('What was asked on the way')}>
      <Stack gap={6} component="ol" m={0} pl={18}>
        {told.steps.map((step) => {
          const key = `${step.kind}:${step.action}`;
          return (
            <li key={`${key}:${step.allowed}`} data-testid="access-step">
              {actionName(key)} <Key>{key}</Key> {step.allowed ? t('allowed') : t('refused')}
              <Text size="sm" c="dimmed">
                {step.reasons.map((reason) => toldOf(reason, nameOf).text).join(' ')}
              </Text>
            </li>
          );
        })}
      </Stack>
    </Panel>
  );
}

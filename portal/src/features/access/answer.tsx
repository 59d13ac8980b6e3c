/** The answer: whether they may, why, who else could, and what policy was asked on the way. */
import { Stack, Text } from '@mantine/core';
import type { AccessExplanation } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';
import { Panel } from '../../ui/tabs';
import { sentence } from './reasons';

export function Answer({
  told,
  action,
  thing,
}: {
  told: AccessExplanation;
  action: string;
  thing: string | undefined;
}) {
  const who = told.subject.name || told.subject.id;
  const what = thing === undefined || told.about !== 'thing' ? action : `${action} ${thing}`;
  const { roles, groups } = told.subject;
  return (
    <Stack data-testid="access-answer" data-allowed={told.allowed}>
      <Notice
        tone={told.allowed ? 'success' : 'danger'}
        icon={told.allowed ? 'check' : 'lock'}
        role="status"
        title={
          told.allowed
            ? t('Yes: {who} may do {what}.', { who, what })
            : t('No: {who} may not do {what}.', { who, what })
        }
      >
        {told.refusal != null && t('Their request is answered with {status}.', { status: told.refusal.status })}
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
              {sentence(reason)}
            </li>
          ))}
          {!told.hasReasons && <li>{t('The policy in force gives no reasons: this is its decision alone.')}</li>}
          {told.decidedBy === 'room' && told.refusal != null && <li>{told.refusal.detail}</li>}
        </Stack>
        <Text size="sm" c="dimmed" mt="sm">
          {roles.length === 0 ? t('No roles') : t('Roles: {roles}', { roles: roles.join(', ') })}
          {' · '}
          {groups.length === 0 ? t('No groups') : t('Groups: {groups}', { groups: groups.join(', ') })}
        </Text>
        {told.rolesThatWould.length > 0 && (
          <Text size="sm" mt={6} data-testid="access-roles">
            {t('With one of these roles they could: {roles}.', { roles: told.rolesThatWould.join(', ') })}
          </Text>
        )}
      </Panel>
      {told.steps.length > 1 && <Steps told={told} />}
    </Stack>
  );
}

/** One request asks several things: may they see the case, may they see the task, may they do it. */
function Steps({ told }: { told: AccessExplanation }) {
  return (
    <Panel title={t('What was asked on the way')}>
      <Stack gap={6} component="ol" m={0} pl={18}>
        {told.steps.map((step) => (
          <li key={`${step.kind}:${step.action}:${step.allowed}`}>
            <code>{`${step.kind}:${step.action}`}</code> {step.allowed ? t('allowed') : t('refused')}
            <Text size="sm" c="dimmed">
              {step.reasons.map(sentence).join(' ')}
            </Text>
          </li>
        ))}
      </Stack>
    </Panel>
  );
}

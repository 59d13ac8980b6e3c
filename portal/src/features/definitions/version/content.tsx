/** What a version of a case type says, part by part. */
import { Stack, Text } from '@mantine/core';
import type { CaseDefinition } from '../../../api/schema';
import { t } from '../../../i18n';
import { Fields } from './fields';
import { Processes } from './processes';
import { Promises } from './promises';
import { Queues } from './queues';
import { Stages } from './stages';
import { States } from './states';

export function VersionContent({ of }: { of: CaseDefinition }) {
  return (
    <Stack data-testid="version" data-version={of.version}>
      {of.description !== '' && <Text size="sm">{of.description}</Text>}
      <Text size="sm" c="dimmed">
        {t('Numbers of its cases begin with {prefix}.', { prefix: of.caseNumberPrefix })}
      </Text>
      <Stages of={of} />
      <Fields of={of} />
      <Promises of={of} />
      <Queues of={of} />
      <States of={of} />
      <Processes of={of} />
    </Stack>
  );
}

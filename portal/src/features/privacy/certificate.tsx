/** What was deleted, and what was not: it names nobody whom it was about. */
import { Code, List, Stack, Text } from '@mantine/core';
import type { Erasure } from '../../api/privacy';
import { plural, t } from '../../i18n';
import { keptBecause, keptName } from './names';

type Removed = Erasure['cases'][number]['removed'];

const counts = (removed: Removed): string =>
  [
    plural('{count} file', '{count} files', removed.files),
    plural('{count} mail', '{count} mails', removed.mails),
    plural('{count} process', '{count} processes', removed.processInstances),
    plural('{count} notification', '{count} notifications', removed.notifications),
  ].join(' · ');

export function Certificate({ erasure }: { erasure: Erasure }) {
  const { cases, loose, redacted, kept } = erasure;
  if (cases.length + redacted.length + kept.length === 0 && loose == null) return null;
  return (
    <Stack gap={4} data-testid="certificate">
      {cases.map((done) => (
        <div key={done.case.id}>
          <Text size="sm">
            {t('{number} deleted', { number: done.case.number })}: {counts(done.removed)}
          </Text>
          <Text size="xs" c="dimmed">
            SHA-256 <Code style={{ overflowWrap: 'anywhere' }}>{done.sha256}</Code>
          </Text>
        </div>
      ))}
      {loose != null && (
        <Text size="sm">
          {t('Of no case')}: {counts(loose)}
        </Text>
      )}
      {redacted.length > 0 && (
        <Text size="sm">
          {t('Not named any more in {numbers}', { numbers: redacted.map(({ number }) => number).join(', ') })}
        </Text>
      )}
      {kept.length > 0 && (
        <>
          <Text size="sm" fw={650}>
            {t('Kept')}
          </Text>
          <List size="sm">
            {kept.map((each, index) => (
              <List.Item key={index}>
                {[each.case?.number, keptName(each)].filter((part) => part != null).join(' · ')}:{' '}
                {keptBecause(each.because)}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}

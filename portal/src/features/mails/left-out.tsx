/** What of a mail is not shown, a line each: the original has it. */
import { Text } from '@mantine/core';
import type { Mail } from '../../api/schema';
import { t } from '../../i18n';
import { Notice } from '../../ui/notice';

export function LeftOut({ mail }: { mail: Mail }) {
  const lines = (mail.leftOut ?? []).map((each) => line(each.what));
  if (lines.length === 0) return null;
  return (
    <Notice tone="neutral">
      {lines.map((each) => (
        <Text key={each} size="sm">
          {each}
        </Text>
      ))}
    </Notice>
  );
}

function line(what: Mail['leftOut'][number]['what']): string {
  if (what === 'html')
    return t('This mail is shown as plain text: showing its layout would take too much. The original is kept.');
  if (what === 'end-of-text') return t('The end of this very long text is not shown. The original is kept.');
  return t('There are very many attachments; further ones are not listed. The original is kept.');
}

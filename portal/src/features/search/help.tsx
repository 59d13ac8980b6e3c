/** What can be asked for beside words. An example is put into the search field where there is nothing in it yet. */
import { Text, UnstyledButton } from '@mantine/core';
import { t } from '../../i18n';

const examples = (): [string, string][] => [
  ['"burst pipe"', t('these words, one after the other')],
  ['-draft', t('without this word')],
  ['is:open', t('open cases and tasks; also is:paused and is:closed')],
  ['assignee:me', t('whose case or task it is; also a name, or none')],
  ['queue:claims', t('the queue the case stands in, or none')],
  ['from:meyer', t('who wrote, uploaded or asked for it')],
  ['stage:review', t('stage of the case; status: and type: likewise')],
  ['label:urgent', t('a label of the case')],
  ['priority:>50', t('priority; also 10..50')],
  ['field.policyNumber:4711', t('a value of one field')],
  ['created:>2026-01-31', t('when it came; updated: when its case changed')],
  ['has:attachment', t('with files; also has:comment and has:mail')],
  ['kind:mail', t('only this kind: case, comment, mail, file, task, record, person')],
];

export function Qualifiers({ add }: { add?: (text: string) => void }) {
  return (
    <section className="cw-panel" style={{ padding: 14 }} aria-label={t('How to search')} data-testid="search-help">
      <Text size="sm" c="dimmed" mb={8}>
        {t('All words must be found; beginnings, parts of names and single slips of the keyboard are found as well.')}
      </Text>
      <dl className="cw-search-help">
        {examples().map(([text, meaning]) => (
          <div key={text}>
            <dt>
              {add === undefined ? (
                <code>{text}</code>
              ) : (
                <UnstyledButton onClick={() => add(text)} className="cw-link">
                  <code>{text}</code>
                </UnstyledButton>
              )}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

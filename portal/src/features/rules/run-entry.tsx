/** One time that a rule was asked, or would have been: for which case, what was found, what came of it. */
import { List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CaseDefinition, RuleRun } from '../../api/schema';
import { t } from '../../i18n';
import { fieldValue } from '../../lib/format';
import type { Tone } from '../../lib/sla';
import { Tag, TimeAgo } from '../../ui/badges';
import { actionWords, wantedWords } from './rule-words';

interface Props {
  run: RuleRun;
  of: CaseDefinition;
  /** Nothing was done: it is what would have been. */
  isTry?: boolean;
}

export function RunEntry({ run, of, isTry = false }: Props) {
  return (
    <tr data-testid="rule-run" data-outcome={run.outcome}>
      <td>
        <TimeAgo at={run.at} />
      </td>
      <th scope="row">
        <Link to="/cases/$ref/$tab" params={{ ref: run.case.number, tab: 'overview' }} className="cw-link">
          {run.case.number}
        </Link>{' '}
        <Text size="sm" span c="dimmed">
          {run.case.title}
        </Text>
      </th>
      <td>
        <OutcomeTag outcome={run.outcome} isTry={isTry} />
      </td>
      <td>
        {run.reason != null && <Text size="sm">{run.reason}</Text>}
        <List size="sm" listStyleType="none">
          {run.tests.map((test) => (
            <List.Item key={test.asked}>
              <Tag tone={test.holds ? 'success' : 'neutral'}>{test.holds ? t('holds') : t('does not hold')}</Tag>{' '}
              {test.wanted === undefined || test.wanted === null
                ? test.asked
                : `${test.asked} ${wantedWords(test.wanted)}`}
              : {test.reason ?? fieldValue(test.found)}
            </List.Item>
          ))}
          {run.actions.map((action, place) => (
            <List.Item key={place}>
              {action.outcome !== 'done' && (
                <>
                  <Tag tone={action.outcome === 'failed' ? 'danger' : 'neutral'}>
                    {action.outcome === 'failed' ? t('failed') : t('nothing to do')}
                  </Tag>{' '}
                </>
              )}
              {actionWords(action.action, of)}
              {action.reason != null && `: ${action.reason}`}
            </List.Item>
          ))}
        </List>
      </td>
    </tr>
  );
}

function OutcomeTag({ outcome, isTry }: { outcome: RuleRun['outcome']; isTry: boolean }) {
  const looks: Record<RuleRun['outcome'], [Tone, string]> = {
    done: ['success', isTry ? t('would be applied') : t('applied')],
    'not-matched': ['neutral', t('not matched')],
    failed: ['danger', isTry ? t('would fail') : t('failed')],
  };
  const [tone, words] = looks[outcome];
  return <Tag tone={tone}>{words}</Tag>;
}

export function RunTable({
  caption,
  runs,
  of,
  isTry,
}: {
  caption: string;
  runs: RuleRun[];
  of: CaseDefinition;
  isTry?: boolean;
}) {
  return (
    <div className="cw-table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="cw-table">
        <caption className="cw-visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {[t('When'), t('Case'), t('Outcome'), t('What was found and done')].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, place) => (
            <RunEntry key={place} run={run} of={of} isTry={isTry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `/definitions/:key/rules`: the rules of a case type in words, what each did, and what one would have done. */
import { Breadcrumbs, Button, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { definitionVersionsQuery } from '../../api/queries';
import type { CaseDefinition, Rule } from '../../api/schema';
import { useCan } from '../../app/permissions';
import { t } from '../../i18n';
import { Page } from '../../ui/page';
import { Empty, Loaded } from '../../ui/states';
import { Panel } from '../../ui/tabs';
import { DryRun } from './dry-run';
import { RuleLog } from './rule-log';
import { actionWords, conditionWords, ruleName, triggerWords } from './rule-words';

const route = getRouteApi('/definitions/$key/rules');

/** What a try begins with where there is no rule yet. */
const EXAMPLE: Rule = {
  id: 'new-rule',
  name: '',
  on: 'field-changed',
  when: {},
  if: 'priority > 50',
  then: [{ addLabel: 'urgent' }],
};

export function RulesPage() {
  const { key } = route.useParams();
  const versions = useQuery(definitionVersionsQuery(key));
  const name = versions.data?.[0]?.name ?? key;
  return (
    <Page
      title={t('Rules of {name}', { name })}
      above={
        <Breadcrumbs fz="sm" mb={6} separatorMargin={6}>
          <Link to="/definitions" className="cw-link">
            {t('Case types')}
          </Link>
          <Link to="/definitions/$key" params={{ key }} className="cw-link">
            {name}
          </Link>
          <span>{t('Rules')}</span>
        </Breadcrumbs>
      }
    >
      <Loaded query={versions} rows={4}>
        {(all) => (all[0] === undefined ? <Empty title={t('No rules yet')} /> : <Rules of={all[0]} />)}
      </Loaded>
    </Page>
  );
}

function Rules({ of }: { of: CaseDefinition }) {
  const { rule: chosen, view } = route.useSearch();
  const navigate = useNavigate();
  const may = useCan()('case-definition:update');
  const show = (rule: string, next: 'log' | 'try') =>
    void navigate({
      to: '/definitions/$key/rules',
      params: { key: of.key },
      search: rule === chosen && next === view ? {} : { rule, view: next },
      replace: true,
      resetScroll: false,
    });
  return (
    <Stack>
      {of.rules.length === 0 && <Empty icon="bolt" title={t('No rules yet')} />}
      {of.rules.map((rule) => (
        <Panel
          key={rule.id}
          title={ruleName(rule)}
          actions={
            <Group gap={6}>
              <Toggle
                label={t('What it did')}
                of={ruleName(rule)}
                isOpen={chosen === rule.id && view === 'log'}
                toggle={() => show(rule.id, 'log')}
              />
              {may && (
                <Toggle
                  label={t('Try it')}
                  of={ruleName(rule)}
                  isOpen={chosen === rule.id && view === 'try'}
                  toggle={() => show(rule.id, 'try')}
                />
              )}
            </Group>
          }
        >
          <Stack gap="sm" data-testid="rule" data-rule={rule.id}>
            <InWords rule={rule} of={of} />
            {chosen === rule.id && view === 'log' && <RuleLog of={of} rule={rule.id} />}
            {chosen === rule.id && view === 'try' && may && <DryRun of={of} rule={rule} />}
          </Stack>
        </Panel>
      ))}
      {may && (
        <Panel title={t('Try a rule that there is not yet')}>
          <DryRun of={of} rule={EXAMPLE} />
        </Panel>
      )}
    </Stack>
  );
}

function Toggle({ label, of, isOpen, toggle }: { label: string; of: string; isOpen: boolean; toggle: () => void }) {
  return (
    <Button
      size="xs"
      variant={isOpen ? 'light' : 'default'}
      aria-expanded={isOpen}
      aria-label={`${label}: ${of}`}
      onClick={toggle}
    >
      {label}
    </Button>
  );
}

function InWords({ rule, of }: { rule: Rule; of: CaseDefinition }) {
  const conditions = conditionWords(rule);
  return (
    <div>
      <Text size="sm" fw={600}>
        {triggerWords(rule.on)}
      </Text>
      {conditions.length > 0 && (
        <Text size="sm">{t('if {conditions}', { conditions: new Intl.ListFormat().format(conditions) })}</Text>
      )}
      <List size="sm">
        {rule.then.map((action, place) => (
          <List.Item key={place}>{actionWords(action, of)}</List.Item>
        ))}
      </List>
    </div>
  );
}

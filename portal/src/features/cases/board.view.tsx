/** `/cases/board`: the cases of one definition by stage. Dragging is never the only way: every card has "Move to". */
import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { casesQuery, definitionsQuery } from '../../api/queries';
import type { Case, CaseDefinition, CaseStage } from '../../api/schema';
import { t } from '../../i18n';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, Tag, useNow } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { usePatchCase } from '../case/actions';
import { FilterBar } from './filter-bar';
import { toQuery } from './filters';
import { CaseLink, ViewSwitch } from './list.view';

const route = getRouteApi('/cases/board');
const BOARD_LIMIT = 200;

export function Board() {
  const filters = route.useSearch();
  const navigate = useNavigate();
  const definitions = useQuery(definitionsQuery);
  const chosen = definitions.data?.find((each) => each.key === filters.definition) ?? definitions.data?.[0];
  const query = useQuery({ ...casesQuery({ ...toQuery({ ...filters, definition: chosen?.key, stage: undefined }), limit: BOARD_LIMIT }), enabled: chosen !== undefined, placeholderData: keepPreviousData });
  return (
    <Page title={t('Board')} documentTitle={chosen === undefined ? t('Board') : `${chosen.name} · ${t('Board')}`} width={1800} actions={<ViewSwitch current="board" filters={filters} />}>
      <FilterBar filters={{ ...filters, definition: chosen?.key }} hideStage implied={filters.definition === undefined ? 'definition' : undefined} change={(next) => void navigate({ to: '/cases/board', search: next, replace: true })} />
      {definitions.isError ? <Failure error={definitions.error} retry={() => void definitions.refetch()} />
        : definitions.data?.length === 0 ? <Empty icon="board" title={t('No case types yet')}>{t('An administrator adds case definitions; each gets a board.')}</Empty>
          : query.isError ? <Failure error={query.error} retry={() => void query.refetch()} />
            : chosen === undefined || query.data === undefined ? <Loading /> : <Columns definition={chosen} cases={query.data.items} />}
    </Page>
  );
}

function Columns({ definition, cases }: { definition: CaseDefinition; cases: Case[] }) {
  const [over, setOver] = useState<string | null>(null);
  const patch = usePatchCase();
  const move = (item: Case, stage: CaseStage) => {
    if (item.stage !== stage.id) patch.mutate({ item, patch: { stage: stage.id }, shown: { stageName: stage.name }, done: t('{number} moved to {stage}', { number: item.number, stage: stage.name }) });
  };
  const dropped = (id: string, stage: CaseStage) => {
    const item = cases.find((each) => each.id === id);
    if (item !== undefined) move(item, stage);
  };
  return (
    <div className="cw-board" role="region" aria-label={t('Board')} tabIndex={0}>
      {definition.stages.map((stage) => {
        const cards = cases.filter((item) => item.stage === stage.id && item.statusKind !== 'closed');
        const closed = cases.filter((item) => item.stage === stage.id && item.statusKind === 'closed').length;
        return (
          <section key={stage.id} className="cw-column" data-over={over === stage.id} aria-label={stage.name}
            onDragOver={(event) => { event.preventDefault(); setOver(stage.id); }} onDragLeave={() => setOver(null)}
            onDrop={(event) => { event.preventDefault(); setOver(null); dropped(event.dataTransfer.getData('text/plain'), stage); }}>
            <Group justify="space-between" px={4}>
              <Text component="h2" fw={600} size="sm">{stage.name}</Text>
              <Text size="xs" c="dimmed" className="cw-num">{cards.length}{closed > 0 && ` · ${t('{count} closed', { count: closed })}`}</Text>
            </Group>
            {cards.length === 0 && <Text size="xs" c="dimmed" ta="center" py="lg">{t('Nothing in this stage')}</Text>}
            {cards.map((item) => <Card key={item.id} item={item} stages={definition.stages} move={move} />)}
          </section>
        );
      })}
    </div>
  );
}

function Card({ item, stages, move }: { item: Case; stages: CaseStage[]; move: (item: Case, stage: CaseStage) => void }) {
  const [dragging, setDragging] = useState(false);
  const now = useNow();
  const sla = mostUrgent(item.slas, now);
  return (
    <article className="cw-card" draggable data-dragging={dragging} data-testid="board-card" aria-label={`${item.number} ${item.title}`}
      onDragStart={(event) => { event.dataTransfer.setData('text/plain', item.id); event.dataTransfer.effectAllowed = 'move'; setDragging(true); }} onDragEnd={() => setDragging(false)}>
      <Group justify="space-between" wrap="nowrap" gap={4} mb={2}>
        <Text size="xs" c="dimmed" className="cw-num">{item.number}</Text>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon variant="subtle" c="inherit" size={24} aria-label={t('Move {number} to…', { number: item.number })}><Icon name="dots" size={16} stroke={3} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('Move to')}</Menu.Label>
            {stages.map((stage) => <Menu.Item key={stage.id} disabled={stage.id === item.stage} onClick={() => move(item, stage)}>{stage.name}</Menu.Item>)}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Text size="sm" fw={550} mb={8} lineClamp={3}><CaseLink item={item}>{item.title}</CaseLink></Text>
      <Group justify="space-between" gap={6} wrap="wrap">
        <Text size="xs" component="div" style={{ minWidth: 0 }}><PersonTag person={item.assignee} /></Text>
        <Group gap={4}>{item.problem !== null && <Tag tone="danger" icon="incident">{t('Problem')}</Tag>}{sla !== null && <SlaClock sla={sla} />}</Group>
      </Group>
    </article>
  );
}

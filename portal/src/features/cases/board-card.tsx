/** One case on the board. Dragging is never the only way: every card has "Move to". */
import { ActionIcon, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import type { Case } from '../../api/schema';
import { t } from '../../i18n';
import { mostUrgent } from '../../lib/sla';
import { PersonTag, SlaClock, Tag, useNow } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { MenuChoices } from '../../ui/menu-choices';
import type { BoardColumnOf } from './axes';
import type { Moves } from './board-column';
import { CaseLink } from './case-link';

export function BoardCard({
  item,
  columns,
  moves,
  remember,
}: {
  item: Case;
  columns: BoardColumnOf[];
  moves: Moves;
  /** Called when the case is about to be opened. */
  remember: () => void;
}) {
  const [dragging, setDragging] = useState(false);
  const now = useNow();
  const sla = mostUrgent(item.slas, now);
  const { move, drag } = moves;
  const refusal = moves.refusals[item.id];
  return (
    <article
      className="cw-card"
      draggable={move !== null}
      data-dragging={dragging}
      data-testid="board-card"
      aria-label={`${item.number} ${item.title}`}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', item.id);
        event.dataTransfer.effectAllowed = 'move';
        drag(item);
        setDragging(true);
      }}
      onDragEnd={() => setDragging(false)}
    >
      <Group justify="space-between" wrap="nowrap" gap={4} mb={2}>
        <Text size="xs" c="dimmed" className="cw-num">
          {item.number}
        </Text>
        {move !== null && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                c="inherit"
                size={24}
                aria-label={t('Move {number} to…', { number: item.number })}
              >
                <Icon name="dots" size={16} stroke={3} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('Move to')}</Menu.Label>
              <MenuChoices
                choices={columns.map((column) => ({
                  id: column.id,
                  label: column.name,
                  isNow: column.has(item),
                  choose: () => move(item, column),
                }))}
              />
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Text size="sm" fw={550} mb={8} lineClamp={3}>
        <CaseLink item={item} onOpen={remember}>
          {item.title}
        </CaseLink>
      </Text>
      <Group justify="space-between" gap={6} wrap="wrap">
        <Text size="xs" component="div" style={{ minWidth: 0 }}>
          <PersonTag person={item.assignee} />
        </Text>
        <Group gap={4}>
          {item.problem !== null && (
            <Tag tone="danger" icon="incident">
              {t('Problem')}
            </Tag>
          )}
          {sla !== null && <SlaClock sla={sla} />}
        </Group>
      </Group>
      {refusal !== undefined && (
        <Group className="cw-card-refusal" role="alert" wrap="nowrap" gap={4} align="flex-start" data-testid="refusal">
          <span style={{ flex: 1 }}>{refusal}</span>
          <ActionIcon
            variant="transparent"
            c="inherit"
            size={24}
            aria-label={t('Dismiss')}
            onClick={() => moves.dismiss(item)}
          >
            <Icon name="close" size={13} />
          </ActionIcon>
        </Group>
      )}
    </article>
  );
}

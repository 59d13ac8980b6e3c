/** A rule in its place: pulled by its handle, moved by its buttons or Alt with the arrows, opened, taken out. */
import { ActionIcon, Button, Code, Group, Text } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import type { RoutingRule } from '../../api/schema';
import { t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Icon } from '../../ui/icons';
import { momentName, targetWords } from './table';

interface Props {
  rule: RoutingRule;
  place: number;
  count: number;
  mayChange: boolean;
  queueName: (id: string) => string;
  move: (to: number) => void;
  drag: (place: number | null) => void;
  drop: () => void;
  open: () => void;
  remove: () => void;
  fault?: string;
  /** What a dry run says of it. */
  verdict?: ReactNode;
}

export function RuleRow(props: Props) {
  const { rule, place, count, mayChange, queueName, move, drag, drop, open, remove, fault, verdict } = props;
  const name = rule.name === '' ? rule.id : rule.name;
  const keys = (event: KeyboardEvent) => {
    const step = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
    if (step === undefined || !mayChange) return;
    event.preventDefault();
    move(place + step);
  };
  const button = (label: string, icon: 'up' | 'down', to: number) => (
    <ActionIcon
      variant="default"
      size={28}
      aria-label={label}
      disabled={to < 0 || to >= count}
      onClick={() => move(to)}
    >
      <Icon name={icon} size={14} />
    </ActionIcon>
  );
  return (
    <li
      className="cw-panel"
      data-testid="routing-rule"
      data-rule={rule.id}
      style={{ padding: 12, marginBottom: 8 }}
      draggable={mayChange}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', rule.id);
        event.dataTransfer.effectAllowed = 'move';
        drag(place);
      }}
      onDragEnd={() => drag(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        drop();
      }}
      onKeyDown={keys}
    >
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <div style={{ minWidth: 0, flex: '1 1 320px' }}>
          <Group gap={8}>
            <Text fw={600} span>
              {place + 1}. {name}
            </Text>
            {verdict}
          </Group>
          <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{rule.when}</Code>
          <Text size="sm" mt={4}>
            {targetWords(rule.then, queueName).join(' · ') || t('goes nowhere')}
          </Text>
          <Group gap={6} mt={4}>
            {rule.on.map((moment) => (
              <Tag key={moment}>{momentName(moment)}</Tag>
            ))}
          </Group>
          {fault !== undefined && (
            <Text size="sm" c="var(--cw-danger-fg)" role="alert" mt={4}>
              {fault}
            </Text>
          )}
        </div>
        {mayChange && (
          <Group gap={6}>
            {button(t('Move {name} up', { name }), 'up', place - 1)}
            {button(t('Move {name} down', { name }), 'down', place + 1)}
            <Button size="xs" variant="default" onClick={open} aria-label={t('Change rule {name}', { name })}>
              {t('Change')}
            </Button>
            <ActionIcon variant="default" size={28} aria-label={t('Remove rule {name}', { name })} onClick={remove}>
              <Icon name="trash" size={14} />
            </ActionIcon>
          </Group>
        )}
      </Group>
    </li>
  );
}

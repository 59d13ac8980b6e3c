/** A boxed message in one of our tones; its contrast is ours to keep, in both schemes. */
import { Group, Text } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import type { Tone } from '../lib/sla';
import { Icon, type IconName } from './icons';

interface Props {
  tone: Tone;
  icon?: IconName;
  title?: string;
  children?: ReactNode;
  role?: 'alert' | 'status';
  ref?: Ref<HTMLDivElement>;
  testId?: string;
}

/** With a `ref` it can take the focus, so that a screen reader starts with what went wrong. */
export function Notice({ tone, icon, title, children, role, ref, testId }: Props) {
  return (
    <div
      ref={ref}
      tabIndex={ref === undefined ? undefined : -1}
      role={role}
      className={`cw-notice cw-tone-${tone}`}
      data-testid={testId}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {icon !== undefined && (
          <span style={{ flex: 'none', display: 'flex', paddingTop: 1 }}>
            <Icon name={icon} />
          </span>
        )}
        <div style={{ minWidth: 0, flex: 1, overflowWrap: 'anywhere' }}>
          {title !== undefined && (
            <Text fw={650} size="sm">
              {title}
            </Text>
          )}
          <Text size="sm" component="div">
            {children}
          </Text>
        </div>
      </Group>
    </div>
  );
}

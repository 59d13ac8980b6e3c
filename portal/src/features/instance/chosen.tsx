/** The element that everything on the page is about. */
import { Button, Group, Text } from '@mantine/core';
import { t } from '../../i18n';
import { Panel } from '../../ui/tabs';
import { States } from '../diagram/diagram';
import type { ElementState } from '../diagram/elements';

interface Props {
  title: string;
  kind: string | null;
  state: ElementState | undefined;
  close: () => void;
}

export function ChosenElement({ title, kind, state, close }: Props) {
  return (
    <Panel
      title={title}
      actions={
        <Button variant="subtle" size="compact-xs" onClick={close} data-testid="show-everything">
          {t('Show everything')}
        </Button>
      }
    >
      <Group gap="sm" data-testid="chosen-element">
        {kind !== null && (
          <Text size="sm" c="dimmed">
            {kind}
          </Text>
        )}
        <States state={state} />
      </Group>
    </Panel>
  );
}

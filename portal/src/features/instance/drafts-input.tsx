/** Variables that something brings: any number of them, each with its type. */
import { ActionIcon, Button, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import { t } from '../../i18n';
import { Icon } from '../../ui/icons';
import { NEW_DRAFT, type Draft } from './typed-value';
import { TypeInput, ValueInput } from './value-input';

interface Props {
  drafts: Draft[];
  change: (drafts: Draft[]) => void;
  /** By place; shown once somebody has tried to send them. */
  faults: (string | null)[];
}

export function DraftsInput({ drafts, change, faults }: Props) {
  const put = (at: number, draft: Draft) => change(drafts.map((each, nth) => (nth === at ? draft : each)));
  return (
    <Stack gap="sm">
      {drafts.map((draft, at) => (
        // Drafts have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <Fieldset key={at} legend={t('Variable {number}', { number: at + 1 })} p="sm">
          <Stack gap="xs">
            <Group align="flex-end" wrap="nowrap" gap="xs">
              <TextInput
                style={{ flex: 1, minWidth: 0 }}
                label={t('Name')}
                value={draft.name}
                onChange={(event) => put(at, { ...draft, name: event.currentTarget.value })}
                data-testid="draft-name"
              />
              <ActionIcon
                variant="subtle"
                size={36}
                aria-label={t('Remove variable {number}', { number: at + 1 })}
                onClick={() => change(drafts.filter((_, nth) => nth !== at))}
              >
                <Icon name="trash" size={16} />
              </ActionIcon>
            </Group>
            <TypeInput
              type={draft.type}
              change={(type) => put(at, { ...draft, type, text: type === 'Boolean' ? 'false' : draft.text })}
            />
            <ValueInput
              type={draft.type}
              text={draft.text}
              change={(text) => put(at, { ...draft, text })}
              fault={faults[at] ?? null}
            />
          </Stack>
        </Fieldset>
      ))}
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        leftSection={<Icon name="plus" size={14} />}
        onClick={() => change([...drafts, NEW_DRAFT])}
        data-testid="draft-add"
      >
        {t('Add a variable')}
      </Button>
    </Stack>
  );
}

/** What somebody may want to do, by its name with the key of policies behind it; found by either. */
import { Select, Text, type ComboboxItem, type ComboboxParsedItem, type OptionsFilter } from '@mantine/core';
import { t } from '../../i18n';
import { Key } from './key';
import { actionName, kindName } from './names';

interface Props {
  kinds: { kind: string; actions: string[] }[];
  value: string | undefined;
  choose: (action: string | undefined) => void;
}

/** Every word that is typed is in the name or in the key. */
const finds = ({ label, value }: ComboboxItem, words: readonly string[]) => {
  const text = `${label} ${value}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

const filter: OptionsFilter = ({ options, search }) => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return options.flatMap<ComboboxParsedItem>((each) => {
    if (!('group' in each)) return finds(each, words) ? [each] : [];
    const items = each.items.filter((item) => finds(item, words));
    return items.length === 0 ? [] : [{ ...each, items }];
  });
};

export function ActionField({ kinds, value, choose }: Props) {
  const data = kinds.map(({ kind, actions }) => ({
    group: kindName(kind),
    items: actions.map((action) => {
      const key = `${kind}:${action}`;
      return { value: key, label: actionName(key) };
    }),
  }));
  return (
    <Select
      label={t('may do what')}
      searchable
      data={data}
      filter={filter}
      value={value ?? null}
      onChange={(next) => choose(next ?? undefined)}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          <Key>{option.value}</Key>
        </div>
      )}
      nothingFoundMessage={t('No such action')}
      data-testid="access-action"
    />
  );
}

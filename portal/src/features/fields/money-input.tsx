/** An amount and its currency. What was typed stays as it is; the server says when it is no amount. */
import { Group, Input, Select, TextInput } from '@mantine/core';
import { useId } from '@mantine/hooks';
import { useState } from 'react';
import { formats, t } from '../../i18n';
import type { EditorProps } from './editor';
import { amountOf, moneyIn, typedAs, USUAL_CURRENCIES } from './money';

export function MoneyInput({ field, label, description, required, error, value, change }: EditorProps) {
  const id = useId();
  const held = moneyIn(value);
  const known = field.currencies ?? [];
  const currencies = known.length > 0 ? known : USUAL_CURRENCIES;
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setCurrency] = useState<string | null>(null);
  const currency = held?.currency ?? chosen ?? currencies[0] ?? 'EUR';
  // What the server or somebody else says is shown where it is not what was typed here.
  const isOwn = typed !== null && amountOf(typed, formats()) === (held?.amount ?? '');
  const shown = isOwn ? typed : held === null ? '' : typedAs(held.amount, formats());
  const set = (text: string, code: string) =>
    change(text.trim() === '' ? null : { amount: amountOf(text, formats()), currency: code });
  return (
    <Input.Wrapper id={id} label={label} description={description} required={required} error={error}>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <TextInput
          id={id}
          flex={1}
          miw={0}
          required={required}
          error={error !== undefined}
          inputMode="decimal"
          value={shown}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            set(event.currentTarget.value, currency);
          }}
        />
        <Select
          w={96}
          aria-label={t('Currency of {label}', { label })}
          data={[...new Set([...currencies, currency])]}
          allowDeselect={false}
          value={currency}
          onChange={(code) => {
            if (code === null) return;
            setCurrency(code);
            set(shown, code);
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}

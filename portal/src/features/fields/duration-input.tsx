/** How long something takes, in days, hours and minutes. Durations in other units are edited as they are written. */
import { Group, Input, NumberInput } from '@mantine/core';
import { t } from '../../i18n';
import { durationOf, partsOf, type Parts } from './duration';
import type { EditorProps } from './editor';
import { LineInput } from './inputs';

export function DurationInput(props: EditorProps) {
  const { label, description, required, error, value, change } = props;
  const held = partsOf(value);
  if (held === null && value !== null && value !== undefined && value !== '') return <LineInput {...props} />;
  const parts = held ?? { days: 0, hours: 0, minutes: 0 };
  const units: [keyof Parts, string][] = [
    ['days', t('Days')],
    ['hours', t('Hours')],
    ['minutes', t('Minutes')],
  ];
  return (
    <Input.Wrapper
      component="fieldset"
      aria-label={label}
      label={label}
      labelElement="div"
      description={description}
      required={required}
      error={error}
      style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}
    >
      <Group grow gap="xs" align="flex-start">
        {units.map(([unit, name]) => (
          <NumberInput
            key={unit}
            label={name}
            size="xs"
            min={0}
            max={99_999}
            allowDecimal={false}
            allowNegative={false}
            value={parts[unit] === 0 ? '' : parts[unit]}
            onChange={(next) => change(durationOf({ ...parts, [unit]: Number(next) || 0 }))}
          />
        ))}
      </Group>
    </Input.Wrapper>
  );
}

/** Skills with their levels, written as `german 3, marine 1`: one line, quick to type and to read. */
import { TextInput } from '@mantine/core';
import type { Skill } from '../../api/schema';
import { t } from '../../i18n';

interface Props {
  label: string;
  value: string;
  change: (text: string) => void;
  error?: string;
  disabled?: boolean;
}

export function SkillsInput({ label, value, change, error, disabled }: Props) {
  return (
    <TextInput
      label={label}
      description={t('Names with a level from 1 to 5, separated by commas: german 3, marine 1')}
      value={value}
      error={error}
      disabled={disabled}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

export function skillsText(skills: readonly Skill[] | undefined): string {
  return (skills ?? []).map(({ skill, level }) => `${skill} ${level ?? 1}`).join(', ');
}

/** A name without a level has the first. */
export function skillsOf(text: string): Skill[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^(.*\S)\s+(\d+)$/.exec(part);
      return found === null ? { skill: part, level: 1 } : { skill: found[1] ?? part, level: Number(found[2]) };
    });
}

/** The fields of a definition as people see them: those without a section first, then one section after the other; what is hidden is left out. */
import { Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { CaseDefinition, CaseField, CaseSection } from '../../api/schema';
import type { StateOf } from './field-states';
import { titleOf } from './labels';

export interface FieldGroup {
  section: CaseSection | null;
  fields: CaseField[];
}

/** Groups that have something to show. */
export function groupsOf(definition: CaseDefinition, stateOf: StateOf): FieldGroup[] {
  const sections = definition.sections ?? [];
  const placed = new Set(sections.flatMap((section) => section.fields));
  const byKey = new Map(definition.fields.map((field) => [field.key, field]));
  const all: FieldGroup[] = [
    { section: null, fields: definition.fields.filter((field) => !placed.has(field.key)) },
    ...sections.map((section) => ({
      section,
      fields: section.fields.flatMap((key) => byKey.get(key) ?? []),
    })),
  ];
  return all
    .map((group) => ({ ...group, fields: group.fields.filter((field) => stateOf(field).visible) }))
    .filter((group) => group.fields.length > 0);
}

interface Props {
  definition: CaseDefinition;
  stateOf: StateOf;
  /** Whether something in the field wants to be seen: a section that has it is opened. */
  isWanted: (field: CaseField) => boolean;
  children: (field: CaseField) => ReactNode;
}

export function FieldGroups({ definition, stateOf, isWanted, children }: Props) {
  return groupsOf(definition, stateOf).map(({ section, fields }) =>
    section === null ? (
      fields.map(children)
    ) : (
      <Section key={section.title} section={section} isWanted={fields.some(isWanted)}>
        {fields.map(children)}
      </Section>
    ),
  );
}

function Section({ section, isWanted, children }: { section: CaseSection; isWanted: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(section.collapsed !== true);
  return (
    <details
      className="cw-section"
      open={open || isWanted}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      data-testid="field-section"
    >
      <summary>{titleOf(section)}</summary>
      <Stack pt="sm">{children}</Stack>
    </details>
  );
}

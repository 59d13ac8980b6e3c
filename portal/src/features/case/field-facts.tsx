/** The data of a case as a list of facts, each of which can be changed where it stands. */
import { Text } from '@mantine/core';
import { Fragment } from 'react';
import type { Case, CaseDefinition } from '../../api/schema';
import { t } from '../../i18n';
import { fieldsOf } from '../fields/field';
import { groupsOf } from '../fields/field-groups';
import { useFieldStates } from '../fields/field-states';
import { titleOf } from '../fields/labels';
import type { Conflict } from './actions';
import { FieldFact } from './field-fact';

const NOTHING = {};

export function FieldFacts({
  item,
  definition,
  may,
  onConflict,
}: {
  item: Case;
  definition: CaseDefinition | undefined;
  may: boolean;
  onConflict: (conflict: Conflict) => void;
}) {
  const stateOf = useFieldStates(definition, NOTHING, item.fields, item.id, item.version);
  const named = fieldsOf(definition);
  const isHeld = (key: string) => item.fields[key] !== undefined && item.fields[key] !== null;
  // Whoever may not change it is spared what nobody has filled in.
  const groups = (definition === undefined ? [] : groupsOf(definition, stateOf))
    .map((group) => ({ ...group, fields: group.fields.filter((field) => may || isHeld(field.key)) }))
    .filter((group) => group.fields.length > 0);
  const known = new Set(definition?.fields.map((field) => field.key));
  const others = definition === undefined ? [] : Object.keys(item.fields).filter((key) => !known.has(key));
  if (groups.length + others.length === 0) return t('No data yet');
  return (
    <>
      {groups.map(({ section, fields }) => (
        <Fragment key={section?.title ?? ''}>
          {section !== null && (
            <Text size="xs" fw={600} mt="xs">
              {titleOf(section)}
            </Text>
          )}
          <dl className="cw-facts">
            {fields.map((field) => (
              <FieldFact
                key={field.key}
                item={item}
                field={field}
                required={stateOf(field).required}
                may={may}
                onConflict={onConflict}
              />
            ))}
          </dl>
        </Fragment>
      ))}
      {others.length > 0 && (
        <dl className="cw-facts">
          {others.map((key) => (
            <Fragment key={key}>
              <dt>{named.label(key)}</dt>
              <dd>{named.text(key, item.fields[key])}</dd>
            </Fragment>
          ))}
        </dl>
      )}
    </>
  );
}

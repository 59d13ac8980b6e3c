/** The fields of a case type: what each holds, whether it must be there, and where it is shown. */
import type { CaseDefinition, CaseField } from '../../../api/schema';
import { t } from '../../../i18n';
import { labelOf, titleOf } from '../../fields/labels';
import { FactTable, Named } from './fact-table';
import { fieldTypeName } from './field-types';

export function Fields({ of }: { of: CaseDefinition }) {
  const sectionOf = (key: string) => of.sections?.find((section) => section.fields.includes(key));
  return (
    <FactTable
      title={t('Fields')}
      testId="version-fields"
      columns={[t('Field'), t('Holds'), t('Required'), t('Section')]}
      rows={of.fields.map((field) => {
        const section = sectionOf(field.key);
        return {
          key: field.key,
          cells: [
            <Named key="name" name={labelOf(field)} id={field.key} />,
            fieldTypeName(field.type),
            <Needed key="needed" field={field} />,
            section === undefined ? '–' : titleOf(section),
          ],
        };
      })}
    />
  );
}

function Needed({ field }: { field: CaseField }) {
  if (field.required === true) return t('Yes');
  if (field.requiredWhen == null) return t('No');
  return (
    <>
      {t('When this is true:')} <code className="cw-key">{field.requiredWhen}</code>
    </>
  );
}

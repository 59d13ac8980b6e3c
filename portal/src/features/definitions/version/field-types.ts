/** What people call the kinds of fields. Pure. */
import { t } from '../../../i18n';
import type { FieldKind } from '../../fields/registry';

const NAMES: Record<FieldKind, () => string> = {
  string: () => t('Line of text'),
  text: () => t('Text'),
  number: () => t('A number'),
  boolean: () => t('Yes or no'),
  date: () => t('Day'),
  datetime: () => t('Day and time'),
  duration: () => t('Duration'),
  select: () => t('One of several'),
  'multi-select': () => t('Some of several'),
  person: () => t('Person'),
  reference: () => t('Another case or record'),
  money: () => t('Amount of money'),
  table: () => t('Table'),
  files: () => t('Files'),
  computed: () => t('Computed'),
  json: () => t('Data of machines'),
};

export const fieldTypeName = (type: FieldKind): string => NAMES[type]();

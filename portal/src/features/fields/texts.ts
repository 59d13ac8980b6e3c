/** Values of fields as one line for people; null when a value is not of the kind its field has now. Pure. */
import { formats, t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { isFileList } from '../forms/form-files';

export type Told = (value: unknown) => string | null;

/** As it was written: a text that looks like a date is still a text. */
export const textTold: Told = (value) => (typeof value === 'string' ? value : null);
export const numberTold: Told = (value) =>
  typeof value === 'number' ? new Intl.NumberFormat(formats()).format(value) : null;
export const yesNoTold: Told = (value) => (typeof value === 'boolean' ? (value ? t('Yes') : t('No')) : null);
/** A day is the same one wherever it is read. */
export const dayTold: Told = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? new Intl.DateTimeFormat(formats(), { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(value))
    : null;
export const instantTold: Told = (value) =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? dateTime(value) : null;
export const filesTold: Told = (value) => (isFileList(value) ? value.map((file) => file.name).join(', ') : null);
export const jsonTold: Told = (value) => (typeof value === 'object' ? JSON.stringify(value) : null);

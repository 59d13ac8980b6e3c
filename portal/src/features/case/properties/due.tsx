/** Until when a case is to be done. */
import { t } from '../../../i18n';
import { dateTime } from '../../../lib/format';
import { DateForm } from './date-form';
import { Edit, Fact, type PropertyProps } from './property';

export function DueProperty(props: PropertyProps) {
  const { item, may, change, open, setOpen } = props;
  const shown = item.dueAt === null ? '–' : dateTime(item.dueAt);
  if (!may) return item.dueAt === null ? null : <Fact label={t('Due')}>{shown}</Fact>;
  const save = (dueAt: string | null) => {
    if (dueAt === item.dueAt || change({ patch: { dueAt } })) setOpen(null);
  };
  return (
    <Edit
      which="due"
      label={t('Due')}
      name={t('Due: {value}. Change', { value: shown })}
      testId="case-due"
      open={open}
      setOpen={setOpen}
      form={<DateForm label={t('Due')} none={t('No due date')} at={item.dueAt} save={save} testId="due-input" />}
    >
      {shown}
    </Edit>
  );
}

/** Who gave a variable which value, and when. */
import { Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { variableHistoryQuery, type ScopedVariable, type VariableChange } from '../../api/instances';
import { t } from '../../i18n';
import { dateTime } from '../../lib/format';
import { PersonName } from '../../ui/badges';
import { Loaded } from '../../ui/states';
import { MorePages } from './more-pages';
import { ShownValue } from './variable-value';

export function VariableHistory({
  instance,
  variable,
  close,
}: {
  instance: string;
  variable: ScopedVariable;
  close: () => void;
}) {
  const history = useInfiniteQuery(variableHistoryQuery(instance, variable.name, variable.scope.id));
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={t('History of {name}', { name: variable.name })}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      <Loaded query={history} rows={3}>
        {({ pages }) => (
          <div className="cw-table-scroll">
            <table className="cw-table cw-table-facts" data-testid="variable-history">
              <caption className="cw-visually-hidden">{t('History of {name}', { name: variable.name })}</caption>
              <thead>
                <tr>
                  <th scope="col">{t('When')}</th>
                  <th scope="col">{t('Who')}</th>
                  <th scope="col">{t('From')}</th>
                  <th scope="col">{t('To')}</th>
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap((page) => page.items)
                  .map((change) => (
                    <tr key={`${change.at ?? ''}${JSON.stringify(change.value)}${change.type}`}>
                      <th scope="row" style={{ fontWeight: 500 }}>
                        {dateTime(change.at)}
                      </th>
                      <td>
                        <PersonName id={change.by} />
                      </td>
                      <td>
                        <ChangeValue of={change.previous} none={t('was not there')} />
                      </td>
                      <td>
                        <ChangeValue of={change.isRemoved ? null : change} none={t('removed')} />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
            <MorePages of={history} />
          </div>
        )}
      </Loaded>
    </Modal>
  );
}

function ChangeValue({ of, none }: { of: Pick<VariableChange, 'type' | 'value' | 'isLarge'> | null; none: string }) {
  if (of === null) return <i>{none}</i>;
  return of.isLarge ? <i>{t('large value')}</i> : <ShownValue type={of.type} value={of.value} />;
}

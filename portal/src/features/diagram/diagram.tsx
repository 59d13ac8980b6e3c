/** A diagram with its accessible twin: everything the picture says stands in a table too, and selection is the same in both. */
import { Tabs } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import { plural, t } from '../../i18n';
import { Tag } from '../../ui/badges';
import { Loading } from '../../ui/states';
import { elementsOf, kindOf, type DiagramElement, type ElementState, type PlannedMark } from './elements';

/** Of a picture that nobody says the height of. */
export const PICTURE_HEIGHT = 460;
const Canvas = lazy(() => import('./canvas'));

interface Props {
  xml: string;
  name: string;
  states?: Map<string, ElementState>;
  flows?: string[];
  selected?: string | null;
  select?: (id: string | null) => void;
  /** What is planned to happen. */
  marks?: Map<string, PlannedMark>;
  height?: number;
}

export function Diagram({ xml, name, states, flows, selected = null, select, marks, height }: Props) {
  const elements = useMemo(() => elementsOf(xml), [xml]);
  return (
    <Tabs defaultValue="picture" keepMounted={false} variant="pills">
      <Tabs.List mb="xs" aria-label={t('Diagram of {name}', { name })}>
        <Tabs.Tab value="picture" py={5} px={10}>
          {t('Diagram')}
        </Tabs.Tab>
        <Tabs.Tab value="table" py={5} px={10} data-testid="diagram-twin">
          {t('As a table')}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="picture">
        <Suspense
          fallback={
            // As high as the picture that comes, so that nothing below it moves.
            <div className="cw-panel" style={{ height: height ?? PICTURE_HEIGHT }}>
              <Loading />
            </div>
          }
        >
          <Canvas
            xml={xml}
            states={states}
            flows={flows}
            selected={selected}
            select={select}
            marks={marks}
            label={t('Diagram of {name}. The table beside it says the same.', { name })}
            height={height ?? PICTURE_HEIGHT}
          />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="table">
        <Twin elements={elements} states={states} selected={selected} select={select} marks={marks} name={name} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Twin({
  elements,
  states,
  selected,
  select,
  marks,
  name,
}: {
  elements: DiagramElement[];
  states?: Map<string, ElementState>;
  selected: string | null;
  select?: (id: string | null) => void;
  marks?: Map<string, PlannedMark>;
  name: string;
}) {
  const names = new Map(elements.map((element) => [element.id, element.name || t(kindOf(element.type))]));
  return (
    <div
      className="cw-panel cw-table-scroll"
      style={{ maxHeight: 460 }}
      tabIndex={0}
      role="region"
      aria-label={t('Elements of {name}', { name })}
    >
      <table className="cw-table">
        <caption className="cw-visually-hidden">{t('Elements of {name}', { name })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('Element')}</th>
            <th scope="col">{t('Kind')}</th>
            {states !== undefined && <th scope="col">{t('State')}</th>}
            <th scope="col" className="cw-hide-narrow">
              {t('Leads to')}
            </th>
          </tr>
        </thead>
        <tbody>
          {elements.map((element) => (
            <tr key={element.id} data-current={element.id === selected}>
              <th scope="row">
                {select === undefined ? (
                  names.get(element.id)
                ) : (
                  <button
                    type="button"
                    className="cw-sort"
                    onClick={() => select(element.id === selected ? null : element.id)}
                    aria-pressed={element.id === selected}
                  >
                    {names.get(element.id)}
                  </button>
                )}
              </th>
              <td>{t(kindOf(element.type))}</td>
              {states !== undefined && (
                <td>
                  <States state={states.get(element.id)} />
                  <Planned mark={marks?.get(element.id)} />
                </td>
              )}
              <td className="cw-hide-narrow">
                {element.outgoing
                  .map((id) => names.get(id) ?? '')
                  .filter(Boolean)
                  .join(', ') || '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is planned for an element, in the words of the picture's badges. */
function Planned({ mark }: { mark: PlannedMark | undefined }) {
  if (mark === undefined) return null;
  return (
    <span style={{ display: 'inline-flex', gap: 6, flexWrap: 'wrap', marginInlineStart: 6 }}>
      {mark.starts > 0 && (
        <Tag tone="warning" icon="plus">
          {plural('{count} planned start', '{count} planned starts', mark.starts)}
        </Tag>
      )}
      {mark.cancels && (
        <Tag tone="warning" icon="close">
          {t('planned to be cancelled')}
        </Tag>
      )}
    </span>
  );
}

export function States({ state }: { state: ElementState | undefined }) {
  if (state === undefined) return <span>{t('not reached')}</span>;
  return (
    <span style={{ display: 'inline-flex', gap: 6, flexWrap: 'wrap' }}>
      {state.incident > 0 && (
        <Tag tone="danger" icon="incident">
          {plural('{count} incident', '{count} incidents', state.incident)}
        </Tag>
      )}
      {state.active > 0 && (
        <Tag tone="accent" icon="bolt">
          {t('{count} active', { count: state.active })}
        </Tag>
      )}
      {state.completed > 0 && (
        <Tag tone="success" icon="check">
          {t('{count} completed', { count: state.completed })}
        </Tag>
      )}
      {state.canceled > 0 && <Tag icon="close">{t('{count} cancelled', { count: state.canceled })}</Tag>}
    </span>
  );
}

/** The diagram of one running instance, kept up to date by the live channel of the instance. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLiveChannel } from '../../api/live';
import { instanceQuery, instanceXmlQuery } from '../../api/queries';
import { Loaded } from '../../ui/states';
import { Diagram, PICTURE_HEIGHT } from './diagram';
import { statesOf, type PlannedMark } from './elements';

/** What stands above the picture: its place is kept as well. */
const TABS_HEIGHT = 42;

export function InstanceDiagram({
  id,
  selected,
  select,
  marks,
  height,
}: {
  id: string;
  selected?: string | null;
  select?: (id: string | null) => void;
  marks?: Map<string, PlannedMark>;
  height?: number;
}) {
  useLiveChannel(`process:${id}`);
  const instance = useQuery(instanceQuery(id));
  const xml = useQuery(instanceXmlQuery(id));
  const activities = instance.data?.activities;
  const states = useMemo(() => statesOf(activities ?? []), [activities]);
  const isThere = instance.data !== undefined && xml.data !== undefined;
  return (
    <div style={isThere ? undefined : { minHeight: (height ?? PICTURE_HEIGHT) + TABS_HEIGHT }}>
      <Loaded query={instance}>
        {(data) => (
          <Loaded query={xml}>
            {(source) => (
              <Stack gap="xs">
                <Diagram
                  xml={source}
                  name={data.definitionName ?? data.definitionKey}
                  states={states}
                  flows={data.flows}
                  selected={selected}
                  select={select}
                  marks={marks}
                  height={height}
                />
              </Stack>
            )}
          </Loaded>
        )}
      </Loaded>
    </div>
  );
}

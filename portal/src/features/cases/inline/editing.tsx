/** Editing in the list: every change states the version of the row, a refusal puts the row back, and a conflict shows what the other person did. */
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { definitionsQuery } from '../../../api/queries';
import type { Case } from '../../../api/schema';
import { usePatchCase, type Conflict } from '../../case/actions';
import type { Demand } from '../../case/demanded';
import { later } from '../../../ui/later';
import { InlineContext, type Inline } from './context';

const ConflictDialog = later(async () => (await import('../../case/conflict')).ConflictDialog);
const DemandDialog = later(async () => (await import('../../case/demand')).DemandDialog);

interface Props {
  /** Whether the person may change cases. */
  may: boolean;
  peek: (item: Case) => void;
  children: ReactNode;
}

export function InlineEditing({ may, peek, children }: Props) {
  const [open, setOpen] = useState<Inline['open']>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [demand, setDemand] = useState<Demand | null>(null);
  const patch = usePatchCase(setConflict, setDemand);
  const definitions = useQuery(definitionsQuery).data;
  const definitionOf = (item: Case) => definitions?.find((each) => each.key === item.definition);
  return (
    <InlineContext value={{ may, open, setOpen, definitionOf, change: patch.mutate, peek }}>
      {children}
      {conflict !== null && (
        <ConflictDialog
          conflict={conflict}
          definition={definitionOf(conflict.request.item)}
          close={() => setConflict(null)}
        />
      )}
      {demand !== null && (
        <DemandDialog demand={demand} definition={definitionOf(demand.request.item)} close={() => setDemand(null)} />
      )}
    </InlineContext>
  );
}

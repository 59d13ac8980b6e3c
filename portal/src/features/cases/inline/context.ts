/** Which cell of the list is being edited, and how its change is sent. One for the list: a row that is scrolled away takes no editor with it. */
import { createContext, useContext } from 'react';
import type { Case, CaseDefinition } from '../../../api/schema';
import type { PatchRequest } from '../../case/actions';

export type Cell = 'assignee' | 'priority' | 'stage' | 'due' | 'labels';
export interface Inline {
  /** Whether the person may change cases; else they only look at them. */
  may: boolean;
  open: { id: string; cell: Cell } | null;
  setOpen: (open: Inline['open']) => void;
  definitionOf: (item: Case) => CaseDefinition | undefined;
  change: (request: PatchRequest) => void;
  /** Opens the panel beside the list. */
  peek: (item: Case) => void;
}

/** Null outside of the list. */
export const InlineContext = createContext<Inline | null>(null);
export const useInline = () => useContext(InlineContext);

/**
 * Every kind of field a case definition may name, with the way it is entered and the way it is told. The create form, the data of a case, what a
 * refused move asks for, the overview, the timeline and the conflict dialog all take it from here: a kind that lacks a part does not compile.
 */
import type { ComponentType } from 'react';
import type { CaseField } from '../../api/schema';
import type { EditorProps } from './editor';
import { FilesInput } from './files-input';
import { ChoiceInput, DayInput, InstantInput, LineInput, LinesInput, NumeralInput, YesNoInput } from './inputs';
import { JsonInput } from './json-input';
import { dayTold, filesTold, instantTold, jsonTold, numberTold, textTold, yesNoTold, type Told } from './texts';

export type FieldKind = CaseField['type'];

export interface FieldEntry {
  Editor: ComponentType<EditorProps>;
  told: Told;
}

export const FIELDS = {
  string: { Editor: LineInput, told: textTold },
  text: { Editor: LinesInput, told: textTold },
  number: { Editor: NumeralInput, told: numberTold },
  boolean: { Editor: YesNoInput, told: yesNoTold },
  date: { Editor: DayInput, told: dayTold },
  datetime: { Editor: InstantInput, told: instantTold },
  select: { Editor: ChoiceInput, told: textTold },
  files: { Editor: FilesInput, told: filesTold },
  json: { Editor: JsonInput, told: jsonTold },
} satisfies Record<FieldKind, FieldEntry>;

/**
 * Every kind of field a case definition may name, with the way it is entered and the way it is told. The create form, the data of a case, what a
 * refused move asks for, the overview, the timeline and the conflict dialog all take it from here: a kind that lacks a part does not compile.
 */
import type { ComponentType } from 'react';
import type { CaseField } from '../../api/schema';
import type { EditorProps } from './editor';
import { ChoiceInput, ChoicesInput, DayInput, InstantInput, LineInput, LinesInput, YesNoInput } from './inputs';
import { later } from '../../ui/later';
import {
  computedTold,
  dayTold,
  durationTold,
  filesTold,
  instantTold,
  jsonTold,
  listTold,
  moneyTold,
  numberTold,
  personTold,
  referenceTold,
  tableTold,
  textTold,
  yesNoTold,
  type Told,
} from './texts';

// What lists and pages show of a field needs no editor: those that bring code of their own come when one is opened.
const ComputedValue = later<EditorProps>(async () => (await import('./computed-value')).ComputedValue);
const DurationInput = later<EditorProps>(async () => (await import('./duration-input')).DurationInput);
const FilesInput = later<EditorProps>(async () => (await import('./files-input')).FilesInput);
const JsonInput = later<EditorProps>(async () => (await import('./json-input')).JsonInput);
const MoneyInput = later<EditorProps>(async () => (await import('./money-input')).MoneyInput);
const PersonInput = later<EditorProps>(async () => (await import('./person-input')).PersonInput);
const ReferenceInput = later<EditorProps>(async () => (await import('./reference-input')).ReferenceInput);
const TableInput = later<EditorProps>(async () => (await import('./table-input')).TableInput);
const NumeralInput = later<EditorProps>(async () => (await import('./numeral-input')).NumeralInput);

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
  duration: { Editor: DurationInput, told: durationTold },
  select: { Editor: ChoiceInput, told: textTold },
  'multi-select': { Editor: ChoicesInput, told: listTold },
  person: { Editor: PersonInput, told: personTold },
  reference: { Editor: ReferenceInput, told: referenceTold },
  money: { Editor: MoneyInput, told: moneyTold },
  table: { Editor: TableInput, told: tableTold },
  files: { Editor: FilesInput, told: filesTold },
  computed: { Editor: ComputedValue, told: computedTold },
  json: { Editor: JsonInput, told: jsonTold },
} satisfies Record<FieldKind, FieldEntry>;

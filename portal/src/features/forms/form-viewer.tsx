/**
 * The form-js viewer in React's hands: import, submit, errors of the server at their fields, and a draft of what was entered.
 * Its "powered by bpmn.io" mark stays visible and uncovered: the licence asks for it.
 */
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './form-viewer.css';
import { Form } from '@bpmn-io/form-js-viewer';
import { Anchor, List, Text } from '@mantine/core';
import { useEffect, useImperativeHandle, useRef, useState, useSyncExternalStore, type Ref } from 'react';
import type { ProblemDetail } from '../../api/schema';
import { t } from '../../i18n';
import { clearForm, readForm, writeForm } from '../../lib/drafts';
import { Notice } from '../../ui/notice';
import { UploadList } from '../files/drop';
import { FormUploads } from './form-uploads';
import { fieldErrors, type FieldError } from './pointers';
import { keepPlaces } from './steady';

export interface FormHandle {
  /** The entered data, once all chosen files are with the server; or null when there are mistakes (they are shown then). */
  submit(): Promise<Record<string, unknown> | null>;
  /** The entered data as far as it goes, once all chosen files are with the server: for work that is not done, but handed on. */
  entered(): Promise<Record<string, unknown>>;
  showErrors(errors: ProblemDetail[]): void;
  /** It was sent: nothing of it is kept, and nothing more is. */
  clearDraft(): void;
}
interface Props {
  ref?: Ref<FormHandle>;
  schema: Record<string, unknown>;
  data: Record<string, unknown>;
  draftKey: string;
  readOnly?: boolean;
}

export function FormViewer({ ref, schema, data, draftKey, readOnly = false }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const summary = useRef<HTMLDivElement>(null);
  const viewer = useRef<Form | null>(null);
  const sent = useRef(false);
  const [files] = useState(() => new FormUploads());
  const uploads = useSyncExternalStore(files.uploads.subscribe, files.uploads.list);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [broken, setBroken] = useState<string | null>(null);

  useEffect(() => {
    if (host.current === null) return undefined;
    // Its debounce reads the field when the time is over: what was drawn anew in between would take the last letters away, and a form that is
    // completed by a key would be sent without them.
    const form = new Form({ container: host.current, debounce: false } as ConstructorParameters<typeof Form>[0]);
    viewer.current = form;
    let alive = true;
    const save = () => {
      // What one may only read is no draft: it would hide what somebody else enters meanwhile.
      if (alive && !readOnly && !sent.current)
        writeForm(draftKey, files.stored(form._getState().data as Record<string, unknown>));
    };
    const start = files.attach(form, schema, { ...data, ...(readOnly ? {} : readForm(draftKey)) });
    form.importSchema(schema as never, start).then(
      () => {
        if (!alive) return;
        if (readOnly) form.setProperty('readOnly', true);
        // Enter in a text field would submit inside form-js; the page decides when a task is completed.
        host.current?.querySelector('form')?.setAttribute('aria-label', t('Form'));
        form.on('changed', () => {
          files.follow();
          save();
        });
      },
      (reason: unknown) => {
        if (alive) setBroken(reason instanceof Error ? reason.message : String(reason));
      },
    );
    const stop = keepPlaces(host.current);
    // An upload that has arrived belongs to the draft.
    const leave = readOnly
      ? () => undefined
      : files.uploads.subscribe(() => {
          if (!files.uploads.isBusy) save();
        });
    return () => {
      alive = false;
      viewer.current = null;
      leave();
      stop();
      form.destroy();
    };
  }, [schema, data, draftKey, readOnly, files]);

  useEffect(() => {
    if (errors.length > 0) summary.current?.focus();
  }, [errors]);

  useImperativeHandle(ref, () => {
    const check = (form: Form): Record<string, unknown> | null => {
      const result = form.submit();
      const found = Object.entries(result.errors as Record<string, unknown>).filter(
        ([, messages]) => !(Array.isArray(messages) && messages.length === 0),
      );
      if (found.length === 0) {
        setErrors([]);
        return result.data as Record<string, unknown>;
      }
      const labels = form.get<{ get(id: string): { label?: string; key?: string } | undefined }>('formFieldRegistry');
      setErrors(
        found.map(([id, messages]) => ({
          fieldId: id,
          label: labels.get(id)?.label ?? labels.get(id)?.key ?? id,
          message: Array.isArray(messages) ? messages.join(' ') : t('Check this entry'),
        })),
      );
      return null;
    };
    return {
      submit: async () => {
        const form = viewer.current;
        if (form === null || check(form) === null) return null;
        await files.uploads.settled();
        const failed = files.uploads.list().filter((one) => one.error !== null);
        if (failed.length > 0) {
          setErrors(failed.map((one) => ({ fieldId: null, label: one.name, message: one.error ?? '' })));
          return null;
        }
        // What was entered while the files were on their way counts.
        const entered = viewer.current === form ? check(form) : null;
        return entered === null ? null : files.stored(entered);
      },
      entered: async () => {
        await files.uploads.settled();
        const data = viewer.current?._getState().data as Record<string, unknown> | undefined;
        return data === undefined ? {} : files.stored(data);
      },
      showErrors: (problems) => {
        const mapped = fieldErrors(schemaWithIds(viewer.current, schema), problems);
        const byField: Record<string, string[]> = {};
        for (const error of mapped)
          if (error.fieldId !== null) byField[error.fieldId] = [...(byField[error.fieldId] ?? []), error.message];
        viewer.current?._setState({ errors: byField });
        setErrors(mapped);
      },
      clearDraft: () => {
        sent.current = true;
        clearForm(draftKey);
      },
    };
  }, [schema, draftKey, files]);

  const goTo = (error: FieldError) => {
    const field =
      error.fieldId === null
        ? null
        : host.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(error.fieldId)}"]`);
    field
      ?.closest('.fjs-element, .fjs-form-field')
      ?.querySelector<HTMLElement>('input, textarea, select, button, [tabindex]')
      ?.focus();
    host.current?.querySelector<HTMLElement>(`[id$="${CSS.escape(error.fieldId ?? '')}"]`)?.focus();
  };
  return (
    <div className="cw-form">
      {broken !== null && (
        <Notice tone="danger" icon="incident" title={t('This form cannot be shown')} role="alert">
          {broken}
        </Notice>
      )}
      {errors.length > 0 && (
        <Notice
          ref={summary}
          role="alert"
          tone="danger"
          icon="incident"
          title={t('Please check what you entered')}
          testId="form-errors"
        >
          <List size="sm">
            {errors.map((error) => (
              <List.Item key={`${error.fieldId}${error.label}${error.message}`}>
                {error.fieldId === null ? (
                  `${error.label} ${error.message}`
                ) : (
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    c="inherit"
                    underline="always"
                    className="cw-target"
                    ta="left"
                    onClick={() => goTo(error)}
                  >
                    {error.label}: {error.message}
                  </Anchor>
                )}
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
      <div ref={host} onSubmit={(event) => event.preventDefault()} />
      {uploads.length > 0 && (
        <div data-testid="form-files">
          <Text size="xs" c="dimmed" mb={4}>
            {t('Files of this form')}
          </Text>
          <UploadList uploads={uploads} remove={files.remove} retry={files.uploads.retry} />
        </div>
      )}
    </div>
  );
}

/** form-js gives ids to fields that have none; its own copy of the schema knows them. */
function schemaWithIds(form: Form | null, schema: Record<string, unknown>): Record<string, unknown> {
  return (form?._getState().schema as Record<string, unknown> | undefined) ?? schema;
}

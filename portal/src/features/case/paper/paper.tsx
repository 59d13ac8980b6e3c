/** A case on paper: everything that is known of it, without anything to click. As a dossier with its mails and documents. */
import { Portal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { caseDocumentsQuery, caseMailsQuery, wholeTimelineQuery } from '../../../api/queries';
import type { Case, CaseDefinition, CaseDocument, Mail, TimelineItem } from '../../../api/schema';
import { t } from '../../../i18n';
import { bytes, dateTime } from '../../../lib/format';
import { personName, priorityName } from '../../../ui/badges';
import { fieldsOf } from '../../fields/field';
import { addressText } from '../mail-message';
import { inOrder, mailTime } from '../reply-draft';
import { fieldChanges, sentence } from '../sentence';
import { useEntryNames, type EntryNames } from '../timeline-names';
import { mailText } from './mail-text';

export type PaperKind = 'case' | 'dossier';
interface Props {
  item: Case;
  definition: CaseDefinition | undefined;
  kind: PaperKind;
  /** The paper is complete. */
  ready: () => void;
  failed: (error: unknown) => void;
}

export function CasePaper({ item, definition, kind, ready, failed }: Props) {
  const names = useEntryNames(item);
  const isDossier = kind === 'dossier';
  const timeline = useQuery(wholeTimelineQuery(item.id));
  const mails = useQuery({ ...caseMailsQuery(item.id), enabled: isDossier });
  const documents = useQuery({ ...caseDocumentsQuery(item.id), enabled: isDossier });
  const told = useRef(false);
  const error = timeline.error ?? (isDossier ? (mails.error ?? documents.error) : null);
  const isComplete =
    !names.isPending &&
    timeline.data !== undefined &&
    (!isDossier || (mails.data !== undefined && documents.data !== undefined));
  useEffect(() => {
    if (told.current || (error === null && !isComplete)) return;
    told.current = true;
    if (error === null) ready();
    else failed(error);
  }, [error, isComplete, ready, failed]);
  return (
    <Portal>
      <article className="cw-paper" data-testid="paper" data-kind={kind}>
        <p data-print-head />
        <h1>
          {item.number} {item.title}
        </h1>
        <Facts rows={factsOf(item, names)} />
        <Part title={t('People')}>
          <Facts rows={peopleOf(item)} />
        </Part>
        <Part title={t('Data')}>
          <Facts rows={dataOf(item, definition)} />
        </Part>
        {isDossier && <Mails mails={mails.data ?? []} />}
        {isDossier && <Documents documents={documents.data ?? []} />}
        <Part title={t('Timeline')}>
          <ol>
            {(timeline.data ?? []).map((entry) => (
              <PaperEntry key={entry.id} entry={entry} names={names} />
            ))}
          </ol>
        </Part>
      </article>
    </Portal>
  );
}

type Row = [string, string];

function factsOf(item: Case, names: EntryNames): Row[] {
  const rows: Row[] = [
    [t('Type'), item.definitionName],
    [t('Stage'), item.stageName],
    [t('Status'), item.statusName],
    [t('Priority'), priorityName(item.priority)],
    [t('Queue'), item.queue === null ? '–' : names.queue(item.queue)],
    [t('Due'), dateTime(item.dueAt)],
    [t('Labels'), item.labels.join(', ') || '–'],
    [t('Created'), dateTime(item.createdAt)],
    [t('Updated'), dateTime(item.updatedAt)],
  ];
  if (item.closedAt === null) return rows;
  return [...rows, [t('Closed'), [dateTime(item.closedAt), item.closeReason].filter(Boolean).join(' · ')]];
}

function peopleOf(item: Case): Row[] {
  return [
    [t('Requester'), [item.requester?.name, item.requester?.email].filter(Boolean).join(', ') || '–'],
    [t('Assignee'), personName(item.assignee) || '–'],
    [t('Created by'), personName(item.createdBy) || '–'],
  ];
}

function dataOf(item: Case, definition: CaseDefinition | undefined): Row[] {
  const named = fieldsOf(definition);
  const known = definition?.fields.map((field) => field.key) ?? [];
  const others = Object.keys(item.fields).filter((key) => !known.includes(key));
  return [...known, ...others].map((key) => [named.label(key), named.text(key, item.fields[key])]);
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Facts({ rows }: { rows: Row[] }) {
  return (
    <dl className="cw-facts">
      {rows.map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}-value`}>{value}</dd>])}
    </dl>
  );
}

function PaperEntry({ entry, names }: { entry: TimelineItem; names: EntryNames }) {
  const body = entry.kind === 'comment-added' && entry.data.deleted !== true ? entry.data.body : null;
  return (
    <li className="cw-paper-entry" data-kind={entry.kind}>
      <small>{dateTime(entry.at)}</small> <strong>{personName(entry.actor)}</strong> {sentence(entry, names)}
      {fieldChanges(entry.data).map((change) => (
        <div key={change.key}>
          {names.field(change.key)}: {names.value(change.key, change.before)} → {names.value(change.key, change.after)}
        </div>
      ))}
      {typeof body === 'string' && <blockquote>{body}</blockquote>}
    </li>
  );
}

function Mails({ mails }: { mails: Mail[] }) {
  return (
    <Part title={t('Mail')}>
      {mails.length === 0 && <p>{t('No mail in this case')}</p>}
      <ol>
        {inOrder(mails).map((mail) => (
          <li key={mail.id}>
            <h3>{mail.subject || t('(no subject)')}</h3>
            <p>
              <small>
                {dateTime(mailTime(mail))} · {addressText(mail.from)}{' '}
                {t('to {people}', { people: mail.to.map(addressText).join(', ') || '–' })}
                {mail.cc.length > 0 && ` · ${t('copy to {people}', { people: mail.cc.map(addressText).join(', ') })}`}
              </small>
            </p>
            <blockquote>{mailText(mail)}</blockquote>
            {mail.attachments.length > 0 && (
              <p>
                {t('Attachments')}: {mail.attachments.map((each) => each.name).join(', ')}
              </p>
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}

function Documents({ documents }: { documents: CaseDocument[] }) {
  return (
    <Part title={t('Documents')}>
      {documents.length === 0 && <p>{t('No documents yet')}</p>}
      <ul>
        {documents.map((each) => (
          <li key={each.id} className="cw-paper-entry">
            {each.name}{' '}
            <small>{[bytes(each.size), dateTime(each.addedAt), personName(each.addedBy)].join(' · ')}</small>
          </li>
        ))}
      </ul>
    </Part>
  );
}

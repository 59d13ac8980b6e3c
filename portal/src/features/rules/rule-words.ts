/** Rules in words. Pure. */
import type { CaseDefinition, Rule, RuleAction, RuleTrigger } from '../../api/schema';
import { formats, locale, t } from '../../i18n';
import { fieldValue, words } from '../../lib/format';
import { durationText } from '../fields/duration';

const SINCE: Record<string, () => string> = {
  created: () => t('the case began'),
  'stage-entered': () => t('its stage was entered'),
  'status-entered': () => t('its status was entered'),
  assigned: () => t('it was assigned'),
  queued: () => t('it came into its queue'),
  activity: () => t('somebody did something'),
};

/** 2026-06-01 is a Monday. */
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
function dayName(day: string): string {
  const at = DAYS.indexOf(day);
  return at < 0
    ? day
    : new Intl.DateTimeFormat(formats(), { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, 5, 1 + at));
}

/** What it waits for. */
export function triggerWords(on: RuleTrigger): string {
  if (typeof on === 'string') return t('When this happens: {event}', { event: words(on) });
  if ('after' in on) {
    const time = durationText(on.after, locale()) ?? on.after;
    return t('{time} after {since}', { time, since: SINCE[on.since]?.() ?? words(on.since) });
  }
  const places = { time: on.daily, zone: on.zone ?? 'UTC' };
  const days = on.days ?? [];
  return days.length === 0
    ? t('Every day at {time} ({zone})', places)
    : t('On {days} at {time} ({zone})', { ...places, days: new Intl.ListFormat(locale()).format(days.map(dayName)) });
}

const TESTS: Record<string, (value: string) => string> = {
  not: (value) => t('is not {value}', { value }),
  gt: (value) => t('is more than {value}', { value }),
  gte: (value) => t('is {value} or more', { value }),
  lt: (value) => t('is less than {value}', { value }),
  lte: (value) => t('is {value} or less', { value }),
};

/** What is wanted of a value, as `when` says it. */
export function wantedWords(wanted: unknown): string {
  if (Array.isArray(wanted)) return t('is one of {values}', { values: wanted.map(fieldValue).join(', ') });
  if (typeof wanted !== 'object' || wanted === null) return t('is {value}', { value: fieldValue(wanted) });
  return Object.entries(wanted)
    .map(([test, value]) =>
      test === 'exists'
        ? value === true
          ? t('is there')
          : t('is not there')
        : (TESTS[test]?.(fieldValue(value)) ?? test),
    )
    .join(', ');
}

/** What it asks, one thing after the other. */
export function conditionWords(rule: Rule): string[] {
  const asked = Object.entries(rule.when ?? {}).map(([key, wanted]) => `${key} ${wantedWords(wanted)}`);
  return rule.if == null ? asked : [...asked, rule.if];
}

type Named = Pick<CaseDefinition, 'stages' | 'statuses' | 'fields' | 'processes'>;

const named = (all: { id: string; name: string }[] | undefined, id: string): string =>
  all?.find((each) => each.id === id)?.name ?? id;

/** What an action does. The names are those of the case type. */
export function actionWords(action: RuleAction, of: Partial<Named>): string {
  if ('setStage' in action) return t('move it to stage “{stage}”', { stage: named(of.stages, action.setStage) });
  if ('setStatus' in action) return t('set the status to “{status}”', { status: named(of.statuses, action.setStatus) });
  if ('setQueue' in action) return t('move it to queue “{queue}”', { queue: action.setQueue });
  if ('setPriority' in action) return t('set the priority to {priority}', { priority: action.setPriority });
  if ('assign' in action)
    return action.assign === 'none'
      ? t('take it from its assignee')
      : t('assign it to {name}', { name: action.assign });
  if ('addLabel' in action) return t('label it “{label}”', { label: action.addLabel });
  if ('removeLabel' in action) return t('remove label “{label}”', { label: action.removeLabel });
  if ('setFields' in action) {
    const label = (key: string) => of.fields?.find((field) => field.key === key)?.label ?? key;
    const fields = Object.entries(action.setFields).map(([key, value]) => `${label(key)} = ${fieldValue(value)}`);
    return t('set {fields}', { fields: fields.join(', ') });
  }
  if ('startProcess' in action) {
    const name = of.processes?.find(({ key }) => key === action.startProcess)?.name ?? action.startProcess;
    return t('start process “{name}”', { name });
  }
  return t('tell {name}: {what}', { name: action.notify.to, what: words(action.notify.template) });
}

export const ruleName = (rule: { id: string; name?: string }): string =>
  rule.name === undefined || rule.name === '' ? rule.id : rule.name;

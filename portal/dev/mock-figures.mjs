// What the stand-in counts and hands out as a file: the shapes of docs/api-v1.md over its made-up cases.
const DAY = 86_400_000;
const AGES = [0, 1, 3, 7, 30];

const worst = (item) =>
  ['breached', 'atRisk', 'running'].find((each) => item.slas.some((sla) => sla.state === each)) ?? null;
const band = (priority) => (priority >= 80 ? 'high' : priority >= 40 ? 'normal' : 'low');
const OF = {
  definition: (item) => [item.definition, item.definitionName],
  stage: (item) => [item.stage, item.stageName],
  status: (item) => [item.status, item.statusName],
  queue: (item) => [item.queue, null],
  assignee: (item) => [item.assignee?.id ?? null, item.assignee?.name ?? null],
  priority: (item) => [band(item.priority), null],
  sla: (item) => [worst(item), null],
};

function counted(by, items, of, late) {
  const groups = new Map();
  for (const item of items) {
    const [value, label] = of(item);
    const group = groups.get(value) ?? { value, label, count: 0, atRisk: 0, breached: 0, oldestAt: null };
    group.count += 1;
    group.atRisk += late(item) === 'atRisk' ? 1 : 0;
    group.breached += late(item) === 'breached' ? 1 : 0;
    if (group.oldestAt === null || item.createdAt < group.oldestAt) group.oldestAt = item.createdAt;
    groups.set(value, group);
  }
  return { by, items: [...groups.values()].sort((a, b) => b.count - a.count), rest: 0 };
}

/** `found`: what the filter finds; `all`: the same, whatever their state. */
export function caseStatistics(found, all, by, days) {
  const now = Date.now();
  const midnight = new Date().setHours(0, 0, 0, 0);
  const iso = (at) => new Date(at).toISOString();
  const between = (at, from, before) => at !== null && at >= from && at < before;
  return {
    total: found.length,
    groups: by.map((each) => counted(each, found, OF[each], worst)),
    ages: AGES.map((age, index) => {
      const next = AGES[index + 1];
      const from = next === undefined ? null : iso(now - next * DAY);
      const before = age === 0 ? null : iso(now - age * DAY);
      const count = found.filter(
        ({ createdAt }) => (from === null || createdAt >= from) && (before === null || createdAt < before),
      ).length;
      return { days: age, createdFrom: from, createdBefore: before, count };
    }),
    days: Array.from({ length: days }, (_, index) => {
      const from = iso(midnight - (days - 1 - index) * DAY);
      const before = iso(midnight - (days - 2 - index) * DAY);
      return {
        date: from.slice(0, 10),
        from,
        before,
        created: all.filter((item) => between(item.createdAt, from, before)).length,
        closed: all.filter((item) => between(item.closedAt, from, before)).length,
        backlog: all.filter((item) => item.createdAt < before && (item.closedAt === null || item.closedAt >= before))
          .length,
      };
    }),
  };
}

export function taskStatistics(tasks) {
  const late = (task) => (task.dueAt !== null && task.dueAt < new Date().toISOString() ? 'breached' : null);
  return { total: tasks.length, assignees: counted('assignee', tasks, (task) => [task.assignee, task.assignee], late) };
}

export function exported(items) {
  const lines = items.map((item) => `${item.number},"${item.title.replaceAll('"', '""')}"`);
  return ['Number,Title', ...lines, `# end: ${items.length} of ${items.length} cases`, ''].join('\r\n');
}

/** Whether a notification is in a part of the inbox. */
export function isIn(state, told) {
  const isPutOff = (told.snoozedUntil ?? null) !== null && told.snoozedUntil > new Date().toISOString();
  const isDone = (told.doneAt ?? null) !== null;
  if (state === 'snoozed') return isPutOff;
  if (state === 'done') return isDone;
  if (state === 'open') return !isDone && !isPutOff;
  return state === 'unread' ? !isDone && !isPutOff && told.readAt === null : true;
}

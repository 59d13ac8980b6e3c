// A case type for the stories: every kind of field, and no process that would get in their way. An administrator defines it once per platform.
import { ask } from './people.mjs';

const STAGES = [
  { id: 'intake', name: 'Intake' },
  { id: 'decision', name: 'Decision' },
];
const STATUSES = [
  { id: 'open', name: 'Open', kind: 'open' },
  { id: 'closed', name: 'Closed', kind: 'closed' },
];
const FIELDS = [
  ['policy', 'Policy number', 'string'],
  ['story', 'What happened', 'text'],
  ['amount', 'Amount (EUR)', 'number'],
  ['insured', 'Insured', 'boolean'],
  ['day', 'Day of the damage', 'date'],
  ['visit', 'Visit', 'datetime'],
  ['damage', 'Kind of damage', 'select', ['Water', 'Fire']],
  ['photos', 'Photos', 'files'],
  ['extra', 'Extra', 'json'],
].map(([key, label, type, options = []]) => ({ key, label, type, options, required: false }));
const DECISION = { key: 'decision', label: 'Decision', type: 'string', required: false };

const definition = (key, name, more) => ({ key, name, stages: STAGES, statuses: STATUSES, fields: FIELDS, ...more });

export async function prepareStories() {
  const known = await ask('root', 'GET', '/case-definitions');
  if (known.items.some((each) => each.key === 'story')) return;
  await ask('root', 'PUT', '/queues/stories', {
    name: 'Stories',
    members: { users: [], groups: ['claims'] },
  });
  await ask('root', 'PUT', '/forms/story-new', {
    type: 'default',
    id: 'story-new',
    schemaVersion: 18,
    components: [{ type: 'filepicker', key: 'photos', label: 'Photos', id: 'photos', multiple: true }],
  });
  const put = (one) => ask('root', 'PUT', `/case-definitions/${one.key}`, one);
  await put(definition('story', 'Story', { caseNumberPrefix: 'STY' }));
  await put(definition('story-form', 'Story with a form', { caseNumberPrefix: 'STF', createForm: 'story-new' }));
  await ask('root', 'PUT', '/forms/story-decide', {
    type: 'default',
    id: 'story-decide',
    schemaVersion: 18,
    components: [
      { type: 'textfield', key: 'decision', label: 'Decision', id: 'decision', validate: { required: true } },
    ],
  });
  await put(
    definition('story-decided', 'Story to decide', {
      caseNumberPrefix: 'STD',
      fields: [DECISION],
      stageForms: { intake: 'story-decide' },
    }),
  );
}

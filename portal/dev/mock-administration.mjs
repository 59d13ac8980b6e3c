// What the stand-in says to those who look after case types and rights: versions of a case type, what differs, and why somebody may do something.
import { definitions } from './data.mjs';

/** The newest is as the example has it; the one before had no goal for its second promise and another name for a stage. */
export function versionsOf(key) {
  const newest = definitions.find((each) => each.key === key);
  if (newest === undefined) return [];
  const base = { resolutions: [], milestones: [], slas: [], rules: [], queues: [], ...newest };
  const older = {
    ...base,
    version: base.version - 1,
    stages: base.stages.map((stage, place) => (place === 1 ? { ...stage, name: 'Check' } : stage)),
  };
  return base.version > 1 ? [base, older] : [base];
}

export const differences = (from, to) => ({
  from,
  to,
  sections: [
    {
      section: 'stages',
      added: [],
      removed: [],
      changed: [
        {
          id: 'assessment',
          name: 'Assessment',
          members: [{ member: 'name', before: 'Check', after: 'Assessment' }],
        },
      ],
      isReordered: false,
    },
  ],
  members: [],
});

export const ACTIONS = [
  { kind: 'case', hasThings: true, actions: ['comment', 'create', 'delete', 'read', 'update'] },
  { kind: 'engine-rest', hasThings: false, actions: ['deployment:create', 'external-task:fetch'] },
  { kind: 'task', hasThings: true, actions: ['claim', 'complete', 'read'] },
];

/** Case workers may do with cases what they like, but delete them. */
export function explained({ user, action, resource }) {
  const [kind, ...rest] = action.split(':');
  const does = rest.join(':');
  const allowed = kind !== 'engine-rest' && does !== 'delete';
  const granted = { code: 'granted', role: 'case-worker', kind: 'case', action: '*', groups: null };
  const reasons = allowed
    ? [granted]
    : kind === 'case'
      ? [granted, { code: 'delete-takes-oversight' }]
      : [{ code: 'not-granted' }];
  return {
    allowed,
    decidedBy: 'policy',
    about: resource?.id === undefined ? 'kind' : 'thing',
    subject: { id: user, name: 'Clara Lindqvist', roles: ['case-worker'], groups: ['claims'] },
    refusal: allowed ? null : { status: 403, code: 'forbidden', detail: 'Not allowed' },
    steps: [
      { kind: 'case', action: 'read', allowed: true, reasons: [granted] },
      { kind, action: does, allowed, reasons },
    ],
    hasReasons: true,
    reasons,
    rolesThatWould: allowed ? [] : ['admin', 'supervisor'],
  };
}

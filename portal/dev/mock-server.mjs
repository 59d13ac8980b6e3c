// A stand-in for the server while the portal is developed and smoke-tested: the shapes of docs/api-v1.md with made-up data,
// an OpenID provider without passwords, a websocket, and the built files under the real content security policy.
// It is NOT part of the product and nothing of it is shipped. State is in memory and starts fresh each time.
//
//   node dev/mock-server.mjs [--port 8787] [--cases 240]
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import * as data from './data.mjs';
import { caseStatistics, exported, isIn, taskStatistics } from './mock-figures.mjs';
import { fieldStates } from './field-states.mjs';
import { ACTIONS, differences, explained, versionsOf } from './mock-administration.mjs';
import { png } from './png.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const policy = (nonce) =>
  `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'`;
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export function startMock({
  port = 0,
  cases: count = 240,
  roles = ['case-worker', 'supervisor', 'process-developer', 'admin'],
  permissions = ['*'],
} = {}) {
  const state = {
    cases: Array.from({ length: count }, (_, index) => data.makeCase(index)),
    files: new Map(),
    codes: new Map(),
    comments: new Map(),
    sent: new Map(),
    documents: new Map(),
    notifications: structuredClone(data.notifications).map((told) => ({ doneAt: null, snoozedUntil: null, ...told })),
    mutes: new Set(),
    incidents: structuredClone(data.incidents),
    stuck: structuredClone(data.stuckMails),
    done: new Set(),
    keys: new Map(),
    position: 0,
  };
  state.tasks = data.tasksFor(state.cases);
  state.files.set('file-pdf', {
    name: 'estimate.pdf',
    contentType: 'application/pdf',
    bytes: data.pdf('Estimate 2026-118'),
  });
  state.files.set('file-png', { name: 'kitchen.png', contentType: 'image/png', bytes: png() });
  state.files.set('file-txt', {
    name: 'notes.txt',
    contentType: 'text/plain',
    bytes: Buffer.from('Met the customer on site.\nWater came from the flat above.\n'),
  });
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
  const sockets = new Set();
  const me = {
    id: 'anna',
    name: 'Anna Meyer',
    email: 'anna.meyer@harbor.example',
    tenant: 'default',
    roles,
    groups: ['claims'],
    permissions,
  };

  const emit = (channel, kind, id, event) => {
    state.position += 1;
    const message = JSON.stringify({
      type: 'event',
      channel,
      kind,
      id,
      event,
      version: 1,
      position: String(state.position),
    });
    for (const socket of sockets) if (socket.channels?.has(channel)) socket.send(message);
  };
  const touch = (item, event) => {
    item.version += 1;
    item.updatedAt = data.at(0);
    emit('cases', 'case', item.id, event);
    emit(`case:${item.id}`, 'case', item.id, event);
  };

  const sign = (claims) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${part(claims)}`;
    return `${head}.${createSign('RSA-SHA256').update(head).sign(privateKey).toString('base64url')}`;
  };
  const tokens = (origin, nonce) => {
    const now = Math.trunc(Date.now() / 1000);
    const claims = {
      iss: `${origin}/auth`,
      aud: 'casewright-portal',
      sub: me.id,
      name: me.name,
      email: me.email,
      iat: now,
      exp: now + 600,
      ...(nonce ? { nonce } : {}),
    };
    return {
      access_token: sign(claims),
      id_token: sign(claims),
      refresh_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid profile email',
    };
  };

  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`;
    const url = new URL(request.url, origin);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const send = (status, body, headers = {}) => {
      const isBuffer = Buffer.isBuffer(body);
      response.writeHead(status, {
        'Content-Type': isBuffer
          ? 'application/octet-stream'
          : status >= 400
            ? 'application/problem+json'
            : 'application/json',
        'Cache-Control': 'no-store',
        ...headers,
      });
      response.end(body === undefined ? undefined : isBuffer || typeof body === 'string' ? body : JSON.stringify(body));
    };
    const problem = (status, code, detail, more = {}) =>
      send(status, { type: `/errors/${code}`, title: code, status, code, detail, ...more });
    try {
      if (url.pathname.startsWith('/auth/')) return auth(request, url, raw, send, origin);
      if (url.pathname.startsWith('/files/')) return file(request, url, raw, send, problem);
      if (url.pathname.startsWith('/api/')) return api(request, url, raw, send, problem, origin);
      return page(url, send);
    } catch (error) {
      console.error(error);
      return problem(500, 'internal', String(error));
    }
  });

  function page(url, send) {
    const path = normalize(join(DIST, url.pathname));
    const found = path.startsWith(DIST) && extname(path) !== '' && existsSync(path) ? path : join(DIST, 'index.html');
    if (!existsSync(found)) return send(503, 'run npm run build first', { 'Content-Type': 'text/plain' });
    const nonce = randomUUID();
    const bytes = readFileSync(found);
    // As the platform does: what the page names relative to itself is found from every depth.
    const written = () => String(bytes).replace('style-nonce', nonce).replaceAll('="./', '="/');
    return send(200, extname(found) === '.html' ? written() : bytes, {
      'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream',
      'Content-Security-Policy': policy(nonce),
      'X-Content-Type-Options': 'nosniff',
    });
  }

  function auth(request, url, raw, send, origin) {
    const issuer = `${origin}/auth`;
    if (url.pathname.endsWith('/openid-configuration'))
      return send(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: `${issuer}/logout`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
      });
    if (url.pathname.endsWith('/jwks')) return send(200, { keys: [jwk] });
    if (url.pathname.endsWith('/authorize')) {
      const code = randomUUID();
      state.codes.set(code, {
        challenge: url.searchParams.get('code_challenge'),
        nonce: url.searchParams.get('nonce'),
      });
      const target = new URL(url.searchParams.get('redirect_uri'));
      target.searchParams.set('code', code);
      target.searchParams.set('state', url.searchParams.get('state'));
      return send(302, undefined, { Location: target.href });
    }
    if (url.pathname.endsWith('/logout'))
      return send(302, undefined, { Location: url.searchParams.get('post_logout_redirect_uri') ?? '/' });
    const form = new URLSearchParams(raw.toString());
    if (form.get('grant_type') === 'refresh_token') return send(200, tokens(origin));
    const known = state.codes.get(form.get('code'));
    state.codes.delete(form.get('code'));
    const hash = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    return known?.challenge === hash ? send(200, tokens(origin, known.nonce)) : send(400, { error: 'invalid_grant' });
  }

  function file(request, url, raw, send, problem) {
    const id = url.pathname.split('/')[2];
    const known = state.files.get(id);
    if (known === undefined) return problem(404, 'not-found', 'no such file');
    if (request.method === 'PUT') {
      known.bytes = raw;
      return send(200, {});
    }
    const disposition = url.searchParams.get('disposition') ?? 'attachment';
    return send(200, known.bytes, {
      'Content-Type': known.contentType,
      'Content-Disposition': `${disposition}; filename="${known.name}"`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
    });
  }

  function listOf(items, url) {
    const limit = Number(url.searchParams.get('limit') ?? 50);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    return {
      items: items.slice(from, from + limit),
      nextCursor: from + limit < items.length ? String(from + limit) : null,
      total: url.searchParams.get('total') === 'true' ? items.length : null,
    };
  }

  function api(request, url, raw, send, problem, origin) {
    const path = url.pathname.slice('/api/v1'.length);
    const q = (name) => url.searchParams.get(name);
    const body = () => JSON.parse(raw.toString() || '{}');
    const match = (method, pattern) => {
      if (request.method !== method) return null;
      const parts = pattern.split('/');
      const given = path.split('/');
      if (parts.length !== given.length) return null;
      const values = [];
      for (const [index, part] of parts.entries()) {
        if (part === '*') values.push(decodeURIComponent(given[index]));
        else if (part !== given[index]) return null;
      }
      return values;
    };
    if (path === '/client-config')
      return send(200, {
        issuer: `${origin}/auth`,
        clientId: 'casewright-portal',
        commandLineClientId: 'casewright-cli',
        acrValues: [],
        maxAge: null,
        scopes: 'openid profile email',
        productName: 'Casewright',
        version: '0.1.0',
        timeZone: 'Europe/Berlin',
      });
    if (!/^Bearer ./.test(request.headers.authorization ?? ''))
      return problem(401, 'unauthorized', 'a token is needed');
    let hit;
    if (match('GET', '/me')) return send(200, me);
    if (match('GET', '/users'))
      return send(
        200,
        listOf(
          data.users.filter((user) => user.name.toLowerCase().includes((q('search') ?? '').toLowerCase())),
          url,
        ),
      );
    if (match('GET', '/groups')) return send(200, listOf([{ id: 'claims', name: 'Claims desk' }], url));
    if (match('GET', '/case-definitions')) return send(200, listOf(data.definitions, url));
    if ((hit = match('GET', '/case-definitions/*/versions')) !== null)
      return send(200, listOf(versionsOf(hit[0]), url));
    if ((hit = match('GET', '/case-definitions/*/diff')) !== null)
      return send(200, differences(Number(q('from')), Number(q('to'))));
    if (match('GET', '/access/actions')) return send(200, { items: ACTIONS });
    if (match('POST', '/access/explain')) return send(200, explained(body()));
    if (match('GET', '/accounts'))
      return send(
        200,
        listOf(
          data.users.map((user) => ({ ...user, roles: ['case-worker'], groups: ['claims'], enabled: true })),
          url,
        ),
      );
    if ((hit = match('POST', '/case-definitions/*/evaluate')) !== null) {
      const { case: ref, fields } = body();
      const held = state.cases.find((each) => each.id === ref || each.number === ref)?.fields ?? {};
      const definition = data.definitions.find((each) => each.key === path.split('/')[2]);
      return send(200, fieldStates(definition, { ...held, ...fields }));
    }
    if (match('GET', '/queues')) return send(200, listOf(data.queues, url));
    if (match('POST', '/queues/*/next')) return send(204);
    if (match('GET', '/next-work')) {
      const item = state.cases.find((each) => each.assignee === null && each.statusKind === 'open');
      if (item === undefined) return send(204);
      const reason = { kind: 'waits-longest', queue: item.queue, urgency: 350, sla: null, dueAt: null, passedOver: 0 };
      return send(200, { ...item, reason });
    }
    if (match('POST', '/next-work')) return send(204);
    if (match('GET', '/calendars')) return send(200, listOf(data.calendars, url));
    if (match('GET', '/people/me/availability')) return send(200, data.availability);
    if (match('GET', '/people/me/stands-in-for')) return send(200, listOf(data.standsIn, url));
    if (match('GET', '/forms/*'))
      return send(200, {
        key: path.split('/')[2],
        version: 1,
        schema: state.forms?.[path.split('/')[2]] ?? data.forms[path.split('/')[2]],
      });

    const listed = (isWhatever = false) => {
      const words = (q('search') ?? '').toLowerCase();
      const wanted = (name) => (item) => !q(name) || item[name] === q(name);
      const oneOf = (name, value) => !q(name) || q(name).split(',').includes(value);
      const worst = (item) =>
        ['breached', 'atRisk', 'running'].find((each) => item.slas.some((sla) => sla.state === each));
      const items = state.cases.filter(
        (item) =>
          wanted('definition')(item) &&
          wanted('stage')(item) &&
          wanted('status')(item) &&
          (q('queue') === 'any'
            ? item.queue !== null
            : q('queue') === 'none'
              ? item.queue === null
              : wanted('queue')(item)) &&
          (isWhatever || oneOf('statusKind', item.statusKind)) &&
          (q('sla') === 'none' ? worst(item) === undefined : oneOf('sla', worst(item))) &&
          oneOf('priority', item.priority >= 80 ? 'high' : item.priority >= 40 ? 'normal' : 'low') &&
          (!q('createdFrom') || item.createdAt >= q('createdFrom')) &&
          (!q('createdBefore') || item.createdAt < q('createdBefore')) &&
          (!q('closedFrom') || (item.closedAt !== null && item.closedAt >= q('closedFrom'))) &&
          (!q('closedBefore') || (item.closedAt !== null && item.closedAt < q('closedBefore'))) &&
          oneOf('number', item.number) &&
          (!q('assignee') ||
            (q('assignee') === 'none'
              ? item.assignee === null
              : item.assignee?.id === (q('assignee') === 'me' ? me.id : q('assignee')))) &&
          (words === '' || `${item.title} ${item.number} ${item.requester.name}`.toLowerCase().includes(words)),
      );
      const sort = q('sort') ?? '-updatedAt';
      const field = sort.replace('-', '');
      const value = (item) =>
        field === 'dueAt'
          ? (item.slas
              .map((sla) => sla.dueAt)
              .filter(Boolean)
              .sort()[0] ?? '9')
          : item[field];
      items.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (sort.startsWith('-') ? -1 : 1));
      return items;
    };
    if (match('GET', '/cases')) return send(200, listOf(listed(), url));
    if (match('GET', '/cases/statistics')) {
      const by = (q('by') ?? '').split(',').filter(Boolean);
      return send(200, caseStatistics(listed(), listed(true), by, Number(q('days') ?? 0)));
    }
    if (match('GET', '/cases/export')) {
      const items = listed();
      return send(200, exported(items), {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="cases.csv"',
        'X-Casewright-Total': String(items.length),
        'X-Casewright-Limit': '50000',
      });
    }
    if (match('POST', '/cases')) {
      const key = request.headers['idempotency-key'];
      const known = key === undefined ? undefined : state.keys.get(key);
      if (known !== undefined) return send(200, known);
      const wanted = body();
      const definition = data.definitions.find((each) => each.key === wanted.definition);
      const created = data.makeCase(state.cases.length, {
        id: randomUUID(),
        version: 1,
        title: wanted.title,
        fields: wanted.fields,
        definition: definition.key,
        definitionName: definition.name,
        number: `${definition.caseNumberPrefix}-${String(state.cases.length + 1).padStart(6, '0')}`,
        stage: definition.stages[0].id,
        stageName: definition.stages[0].name,
        status: 'open',
        statusName: 'Open',
        statusKind: 'open',
        assignee: null,
        updatedAt: data.at(0),
        createdAt: data.at(0),
        problem: null,
      });
      state.cases.unshift(created);
      if (key !== undefined) state.keys.set(key, created);
      emit('cases', 'case', created.id, 'case-created');
      return send(201, created);
    }
    const caseOf = (ref) => state.cases.find((item) => item.id === ref || item.number === ref);
    if ((hit = /^\/cases\/([^/]+)/.exec(path)) !== null) {
      const item = caseOf(decodeURIComponent(hit[1]));
      if (item === undefined) return problem(404, 'not-found', 'There is no such case.');
      if (item.number === 'CLM-000099') return problem(403, 'forbidden', 'You may not see this case.');
      if (match('GET', '/cases/*')) return send(200, item, { ETag: `"${item.version}"` });
      if (match('PATCH', '/cases/*')) {
        const version = Number((request.headers['if-match'] ?? '').replaceAll('"', ''));
        if (version && version !== item.version)
          return problem(412, 'version-mismatch', 'The case was changed meanwhile.', { currentVersion: item.version });
        const patch = body();
        const definition = data.definitions.find((each) => each.key === item.definition);
        const { fields, assignee, reason, openWork = 'refuse', ...plain } = patch;
        const closes = definition.statuses.find((each) => each.id === patch.status)?.kind === 'closed';
        const openTasks = state.tasks.filter((task) => task.caseNumber === item.number);
        const running = item.processInstances.filter((each) => each.state === 'ACTIVE');
        if (closes && openWork === 'refuse' && openTasks.length + running.length > 0)
          return problem(409, 'case-has-open-work', 'Its work is not done.', {
            details: {
              processes: running.length,
              tasks: openTasks.length,
              items: [
                ...running.map(({ id, name }) => ({ kind: 'process', id, name })),
                ...openTasks.map(({ id, name, assignee: of }) => ({ kind: 'task', id, name, assignee: of })),
              ],
            },
          });
        if (closes) {
          state.tasks = state.tasks.filter((task) => !openTasks.includes(task));
          item.openTaskCount = 0;
          for (const each of running) each.state = 'TERMINATED';
        }
        if (patch.stage === 'decision' && item.number === 'CLM-000010' && !(fields ?? item.fields).decision)
          return problem(422, 'invalid-case', 'One value is not acceptable.', {
            errors: [{ pointer: '/fields/decision', code: 'required', detail: 'Decision is needed' }],
          });
        if (fields?.policyNumber === 'refused')
          return problem(422, 'invalid-case', 'One value is not acceptable.', {
            errors: [{ pointer: '/fields/policyNumber', code: 'type', detail: 'not a policy' }],
          });
        if (patch.status !== undefined) item.closeReason = reason ?? null;
        Object.assign(item, plain);
        if (fields !== undefined) item.fields = { ...item.fields, ...fields };
        if (assignee !== undefined) item.assignee = data.users.find((user) => user.id === assignee) ?? null;
        item.stageName = definition.stages.find((stage) => stage.id === item.stage)?.name ?? item.stage;
        const status = definition.statuses.find((each) => each.id === item.status);
        item.statusName = status.name;
        item.statusKind = status.kind;
        touch(item, 'case-changed');
        return send(200, item);
      }
      if (match('GET', '/cases/*/assignees'))
        return send(
          200,
          listOf(
            data.users
              .filter((user) => user.name.toLowerCase().includes((q('search') ?? '').toLowerCase()))
              .map(({ id, name }) => ({ id, name })),
            url,
          ),
        );
      if (match('POST', '/cases/*/mails/read')) {
        item.unreadMailCount = 0;
        touch(item, 'mails-read');
        return send(204);
      }
      const comments = state.comments.get(item.id) ?? [];
      if (match('GET', '/cases/*/timeline'))
        return send(
          200,
          listOf(
            [...comments, ...data.timelineOf(item)].filter(
              (entry) => !q('kinds') || q('kinds').split(',').includes(entry.kind),
            ),
            url,
          ),
        );
      if (match('POST', '/cases/*/comments')) {
        const comment = {
          id: String(1_000 + comments.length),
          at: data.at(0),
          actor: { id: me.id, name: me.name },
          kind: 'comment-added',
          summary: 'Commented',
          data: { body: body().body, commentId: randomUUID() },
        };
        state.comments.set(item.id, [comment, ...comments]);
        touch(item, 'comment-added');
        return send(201, comment);
      }
      if ((hit = match('PATCH', '/cases/*/comments/*') ?? match('DELETE', '/cases/*/comments/*')) !== null) {
        state.comments.set(
          item.id,
          request.method === 'DELETE'
            ? comments.filter((each) => each.data.commentId !== hit[1])
            : comments.map((each) =>
                each.data.commentId === hit[1] ? { ...each, data: { ...each.data, body: body().body } } : each,
              ),
        );
        touch(item, 'comment-edited');
        return request.method === 'DELETE' ? send(204) : send(200, {});
      }
      if (match('GET', '/cases/*/mails'))
        return send(200, listOf([...data.mailsOf(item), ...(state.sent.get(item.id) ?? [])], url));
      if (match('POST', '/cases/*/mails')) {
        const wanted = body();
        const mail = {
          ...data.mailsOf(item)[1],
          id: randomUUID(),
          to: wanted.to.map((address) => ({ address })),
          cc: wanted.cc.map((address) => ({ address })),
          subject: wanted.subject,
          text: wanted.text,
          sentAt: data.at(0),
          state: 'queued',
          deliveries: [{ to: wanted.to[0], state: 'queued', at: null, answer: null }],
        };
        state.sent.set(item.id, [...(state.sent.get(item.id) ?? []), mail]);
        touch(item, 'mail-sent');
        setTimeout(() => {
          mail.state = 'sent';
          mail.deliveries = [{ to: wanted.to[0], state: 'sent', at: data.at(0), answer: '250 Ok' }];
          touch(item, 'mail-sent');
        }, 800);
        return send(202, mail);
      }
      const documents = state.documents.get(item.id) ?? [
        {
          id: 'doc1',
          fileId: 'file-pdf',
          name: 'estimate.pdf',
          contentType: 'application/pdf',
          size: 1_204,
          addedAt: data.at(-9e7),
          addedBy: { id: 'system', name: 'Casewright' },
        },
        {
          id: 'doc2',
          fileId: 'file-png',
          name: 'kitchen.png',
          contentType: 'image/png',
          size: 68_211,
          addedAt: data.at(-8e7),
          addedBy: { id: 'anna', name: 'Anna Meyer' },
        },
      ];
      if (match('GET', '/cases/*/documents')) return send(200, listOf(documents, url));
      if (match('POST', '/cases/*/documents')) {
        const wanted = body();
        const stored = state.files.get(wanted.fileId);
        const document = {
          id: randomUUID(),
          fileId: wanted.fileId,
          name: wanted.name,
          contentType: stored.contentType,
          size: stored.bytes.length,
          addedAt: data.at(0),
          addedBy: { id: me.id, name: me.name },
        };
        state.documents.set(item.id, [document, ...documents]);
        touch(item, 'document-added');
        return send(201, document);
      }
      if ((hit = match('DELETE', '/cases/*/documents/*')) !== null) {
        state.documents.set(
          item.id,
          documents.filter((each) => each.id !== hit[1]),
        );
        touch(item, 'document-removed');
        return send(204);
      }
      if (match('GET', '/cases/*/processes/*/form')) return send(200, { form: null, data: item.fields });
      if (match('POST', '/cases/*/processes')) {
        item.processInstances.push({
          id: `pi-9${item.processInstances.length}`,
          definitionKey: body().key,
          name: 'Site visit',
          state: 'ACTIVE',
        });
        touch(item, 'process-started');
        return send(201, item.processInstances.at(-1));
      }
    }

    if (match('GET', '/process-instances/*/ad-hoc-subprocesses')) return send(200, []);
    if (match('GET', '/tasks/statistics')) return send(200, taskStatistics(state.tasks));
    if (match('GET', '/tasks')) {
      const words = (q('search') ?? '').toLowerCase();
      const items = state.tasks.filter(
        (task) =>
          (!q('case') || task.caseId === q('case')) &&
          (!q('assignee') ||
            (q('assignee') === 'none'
              ? task.assignee === null
              : task.assignee === (q('assignee') === 'me' ? me.id : q('assignee')))) &&
          (!q('delegatedBy') || (task.isDelegated && task.owner === me.id)) &&
          (!q('dueFrom') || (task.dueAt !== null && task.dueAt >= q('dueFrom') && task.dueAt < q('dueBefore'))) &&
          (q('overdue') !== 'true' || (task.dueAt !== null && task.dueAt < new Date().toISOString())) &&
          (words === '' || `${task.name} ${task.caseNumber} ${task.caseTitle}`.toLowerCase().includes(words)),
      );
      return send(
        200,
        listOf(
          items.sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9')),
          url,
        ),
      );
    }
    if ((hit = /^\/tasks\/([^/]+)/.exec(path)) !== null) {
      const task = state.tasks.find((each) => each.id === hit[1]);
      if (task === undefined) return problem(404, 'not-found', 'There is no such task.');
      const changed = () => {
        emit('tasks', 'task', task.id, 'task-changed');
        return send(200, task);
      };
      if (match('GET', '/tasks/*'))
        return send(200, {
          ...task,
          errors: [{ code: 'missing', name: 'Papers are missing', isInterrupting: true }],
          escalations: [{ code: null, name: 'It takes long', isInterrupting: false }],
        });
      if (match('PATCH', '/tasks/*')) {
        Object.assign(task, body());
        return changed();
      }
      if (match('POST', '/tasks/*/delegate')) {
        Object.assign(task, { owner: task.assignee, isDelegated: true, assignee: body().to });
        return changed();
      }
      if (match('POST', '/tasks/*/resolve')) {
        Object.assign(task, { assignee: task.owner, owner: null, isDelegated: false });
        return changed();
      }
      if (match('GET', '/tasks/*/form'))
        return send(200, { form: data.forms[task.formKey] ?? null, data: { amount: 1240.5 } });
      if (match('POST', '/tasks/*/claim')) {
        if (task.assignee !== null) return problem(409, 'already-claimed', 'Ben Okafor has the task.');
        task.assignee = me.id;
        return changed();
      }
      if (match('GET', '/tasks/*/assignees'))
        return send(
          200,
          listOf(
            data.users.map(({ id, name }) => ({ id, name })),
            url,
          ),
        );
      if (match('POST', '/tasks/*/assign')) {
        task.assignee = body().assignee;
        return changed();
      }
      if (match('POST', '/tasks/*/unclaim')) {
        task.assignee = null;
        return changed();
      }
      if (match('POST', '/tasks/*/complete')) {
        const values = body().data;
        if (values.amount === 666)
          return problem(422, 'invalid-submission', 'The form has mistakes.', {
            errors: [{ pointer: '/data/amount', code: 'max', detail: 'must not be 666' }],
          });
        state.tasks = state.tasks.filter((each) => each !== task);
        const item = caseOf(task.caseId);
        item.openTaskCount = Math.max(0, item.openTaskCount - 1);
        emit('tasks', 'task', task.id, 'task-completed');
        touch(item, 'task-completed');
        return send(204);
      }
    }

    if (match('POST', '/files')) {
      const wanted = body();
      const id = randomUUID();
      state.files.set(id, { name: wanted.name, contentType: wanted.contentType, bytes: Buffer.alloc(0) });
      return send(201, {
        id,
        upload: {
          method: 'PUT',
          url: `/files/${id}/content?signature=x`,
          headers: { 'Content-Type': wanted.contentType },
          expiresAt: data.at(6e5),
        },
      });
    }
    if ((hit = match('POST', '/files/*/complete')) !== null) {
      const known = state.files.get(hit[0]);
      return send(200, {
        id: hit[0],
        name: known.name,
        contentType: known.contentType,
        size: known.bytes.length,
        sha256: 'x',
        state: known.name.endsWith('.exe') ? 'rejected' : 'ready',
        reason: known.name.endsWith('.exe') ? 'Programs are not accepted.' : null,
      });
    }
    if ((hit = match('GET', '/files/*/download')) !== null)
      return send(200, {
        url: `/files/${hit[0]}/content?disposition=${q('disposition')}&signature=x`,
        expiresAt: data.at(6e5),
      });

    if (match('GET', '/notifications/count'))
      return send(200, { unread: state.notifications.filter((each) => each.readAt === null).length });
    if (match('GET', '/notifications'))
      return send(
        200,
        listOf(
          state.notifications.filter(
            (each) =>
              isIn(q('state') ?? 'all', each) && (q('kind') === null || q('kind').split(',').includes(each.kind)),
          ),
          url,
        ),
      );
    if (match('PATCH', '/notifications')) {
      const { ids, read, done, snoozedUntil } = body();
      for (const each of state.notifications.filter(({ id }) => ids.includes(id))) {
        if (read || done) each.readAt ??= data.at(0);
        if (done !== undefined) each.doneAt = done ? data.at(0) : null;
        if (snoozedUntil !== undefined) each.snoozedUntil = snoozedUntil;
      }
      emit('notifications', 'notification', 'n', 'notification-done');
      return send(204);
    }
    if (match('GET', '/notification-mutes')) return send(200, { cases: [...state.mutes] });
    if ((hit = match('PUT', '/notification-mutes/*')) !== null) return (state.mutes.add(hit[0]), send(204));
    if ((hit = match('DELETE', '/notification-mutes/*')) !== null) return (state.mutes.delete(hit[0]), send(204));
    if (match('POST', '/notifications/read-all') || match('POST', '/notifications/*/read')) {
      for (const each of state.notifications)
        if (path.endsWith('read-all') || path.includes(each.id)) each.readAt = data.at(0);
      emit('notifications', 'notification', 'n', 'notification-read');
      return send(204);
    }
    if (match('GET', '/mails'))
      return send(200, listOf(q('state') === 'undeliverable' || q('attention') === 'true' ? state.stuck : [], url));
    if ((hit = match('POST', '/mails/*/reprocess')) !== null) {
      state.stuck = state.stuck.filter((mail) => mail.id !== hit[0]);
      return send(200, {});
    }

    if (match('GET', '/process-definitions'))
      return send(
        200,
        listOf(
          data.processDefinitions.map(({ file: _, ...rest }) => rest),
          url,
        ),
      );
    const xmlOf = (key) =>
      data.read(data.processDefinitions.find((each) => each.id === key || each.key === key)?.file ?? 'site-visit.bpmn');
    if ((hit = match('GET', '/process-definitions/*/xml')) !== null)
      return send(200, xmlOf(hit[0]), { 'Content-Type': 'application/xml' });
    if (match('GET', '/process-instances'))
      return send(
        200,
        listOf(
          q('state') === 'COMPLETED'
            ? []
            : state.cases.slice(0, 30).map((item) => ({
                id: item.processInstances[0].id,
                definitionId: 'claim-handling:3',
                definitionKey: 'claim-handling',
                definitionName: 'Claim handling',
                version: 3,
                state: 'ACTIVE',
                businessKey: item.number,
                startedAt: item.createdAt,
                endedAt: null,
              })),
          url,
        ),
      );
    if ((hit = match('GET', '/process-instances/*/xml')) !== null)
      return send(200, xmlOf(hit[0].startsWith('pi-9') ? 'site-visit' : 'claim-handling'), {
        'Content-Type': 'application/xml',
      });
    if ((hit = match('GET', '/process-instances/*')) !== null) {
      const item = state.cases[Number(hit[0].slice(3))] ?? state.cases[0];
      const task = state.tasks.find((each) => each.processInstanceId === hit[0]);
      const visit = hit[0].startsWith('pi-9');
      const walked = data.walk(
        xmlOf(visit ? 'site-visit' : 'claim-handling'),
        visit ? 'visit-site' : (task?.taskDefinitionKey ?? 'check-papers'),
      );
      const own = state.incidents.filter((incident) => incident.processInstanceId === hit[0]);
      return send(200, {
        id: hit[0],
        definitionId: 'claim-handling:3',
        definitionKey: 'claim-handling',
        definitionName: visit ? 'Site visit' : 'Claim handling',
        version: 3,
        state: 'ACTIVE',
        businessKey: item.number,
        startedAt: item.createdAt,
        endedAt: null,
        ...walked,
        variables: [
          { name: 'caseId', type: 'String', value: item.id },
          { name: 'amount', type: 'Double', value: 1240.5 },
          { name: 'covered', type: 'Boolean', value: true },
          { name: 'mail', type: 'Json', value: { subject: 'Water in the kitchen', attachments: 3 } },
        ],
        incidents: own,
        calledInstances: [],
      });
    }
    if (match('GET', '/incidents')) return send(200, listOf(state.incidents, url));
    if ((hit = match('POST', '/incidents/*/retry')) !== null) {
      state.incidents = state.incidents.filter((each) => each.id !== hit[0]);
      return send(204);
    }
    if (match('POST', '/deployments')) {
      if (raw.includes('broken'))
        return problem(400, 'deployment-refused', 'Nothing was deployed: 2 problems in 1 file.', {
          errors: [
            {
              code: 'no-start-event',
              resource: 'broken.bpmn',
              elementId: 'order-process',
              line: 4,
              column: 3,
              detail: 'The process has no start event',
              help: 'Add a none start event, or a message or timer start event.',
            },
            {
              code: 'unknown-element',
              resource: 'broken.bpmn',
              elementId: 'Task_7',
              line: 22,
              column: 5,
              detail: 'complexGateway cannot be executed',
              help: 'Use an inclusive gateway.',
            },
          ],
        });
      return send(201, {
        id: 'd2',
        name: 'upload',
        definitions: [{ id: 'site-visit:1', key: 'site-visit', name: 'Site visit', version: 2 }],
        warnings: [],
      });
    }
    return problem(404, 'not-found', `no route ${request.method} ${path}`);
  }

  const wss = new WebSocketServer({ server, path: '/api/v1/live' });
  wss.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('message', (text) => {
      const message = JSON.parse(text.toString());
      if (message.type === 'hello') socket.send(JSON.stringify({ type: 'ready', position: String(state.position) }));
      if (message.type === 'subscribe') socket.channels = new Set(message.channels);
    });
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const stop = () =>
        new Promise((closed) => {
          for (const socket of sockets) socket.terminate();
          server.close(closed);
          server.closeAllConnections();
        });
      const receive = (item, from) => {
        state.sent.set(item.id, [
          ...(state.sent.get(item.id) ?? []),
          {
            ...data.mailsOf(item)[0],
            id: randomUUID(),
            direction: 'in',
            from: { name: '', address: from },
            subject: 'Re: your claim',
            receivedAt: data.at(0),
            sentAt: null,
          },
        ]);
        touch(item, 'mail-received');
      };
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        state,
        emit,
        touch,
        receive,
        stop,
        makeCase: data.makeCase,
      });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, fallback) => {
    const index = process.argv.indexOf(`--${name}`);
    return index === -1 ? fallback : Number(process.argv[index + 1]);
  };
  const mock = await startMock({ port: option('port', 8787), cases: option('cases', 240) });
  console.log(`mock server: ${mock.url}`);
}

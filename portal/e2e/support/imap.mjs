// A mail server that can be fetched from (RFC 3501), as far as the platform speaks with one: one folder, one user, and a password that may change.
import { createServer } from 'node:net';

/** Listens on a port of this machine. */
export function imapServer(port, { user, password }) {
  const state = { password, messages: [] };
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.write('* OK ready\r\n');
    let pending = '';
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      const lines = pending.split('\r\n');
      pending = lines.pop();
      for (const line of lines) socket.write(answer(state, user, line));
    });
  });
  return new Promise((done) => {
    server.listen(port, '127.0.0.1', () =>
      done({
        setPassword: (next) => (state.password = next),
        put: (raw) => state.messages.push(raw),
        close: () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      }),
    );
  });
}

function answer(state, user, line) {
  const [tag, ...rest] = line.split(' ');
  const command = rest.join(' ');
  const done = (before = '') => `${before}${tag} OK done\r\n`;
  if (/^LOGIN /i.test(command)) {
    const [, name, word] = /^LOGIN "?([^"\s]*)"? "?([^"]*)"?$/i.exec(command) ?? [];
    if (name === user && word === state.password) return done();
    return `${tag} NO [AUTHENTICATIONFAILED] the password is wrong\r\n`;
  }
  if (/^CAPABILITY/i.test(command)) return done('* CAPABILITY IMAP4rev1\r\n');
  if (/^SELECT/i.test(command))
    return done(`* ${state.messages.length} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] valid\r\n`);
  if (/^UID SEARCH/i.test(command)) return done(`* SEARCH${state.messages.map((_, at) => ` ${at + 1}`).join('')}\r\n`);
  const fetched = /^UID FETCH (\d+) \((.*)\)$/i.exec(command);
  if (fetched !== null) {
    const uid = Number(fetched[1]);
    const raw = state.messages[uid - 1] ?? '';
    const part = /SIZE/i.test(fetched[2]) ? `RFC822.SIZE ${raw.length}` : `BODY[] {${raw.length}}\r\n${raw}`;
    return done(`* ${uid} FETCH (UID ${uid} ${part})\r\n`);
  }
  if (/^LOGOUT/i.test(command)) return done('* BYE\r\n');
  return done();
}

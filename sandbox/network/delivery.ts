import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer } from './answer.ts';

const hugeLimit = 200 * 1024 * 1024;

/** How an answer reaches the client, if at all. */
export type Delivery =
  | { kind: 'whole'; answer: Answer }
  | { kind: 'half'; answer: Answer }
  | { kind: 'endless' }
  | { kind: 'cut' }
  | { kind: 'never' };

function writeHead(response: ServerResponse, answer: Answer): void {
  const bodiless = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bodiless ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
  });
}

function half(answer: Answer, socket: Socket, response: ServerResponse): void {
  const body = Buffer.from(answer.body);
  if (body.length < 2) {
    socket.end(`HTTP/1.1 ${answer.status} `);
    return;
  }
  writeHead(response, answer);
  response.write(body.subarray(0, body.length >> 1), () => socket.destroySoon());
}

function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  let sent = 0;
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.write('{"value":"');
  const more = (): void => {
    while (sent < hugeLimit && !response.destroyed) {
      sent += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.destroy();
  };
  more();
}

export function deliver(delivery: Delivery, socket: Socket, response: ServerResponse): void {
  switch (delivery.kind) {
    case 'whole':
      writeHead(response, delivery.answer);
      response.end(delivery.answer.body);
      break;
    case 'half':
      half(delivery.answer, socket, response);
      break;
    case 'endless':
      endless(response);
      break;
    case 'cut':
      socket.destroy();
      break;
    case 'never':
      break;
  }
}

import { describe, expect, test } from '@jest/globals';
import { PatListReading, readOnce, readTwice } from '../../../src/adapters/azure-devops/pat-list.ts';
import { answerOf } from '../http/scripted-http.ts';

const what = 'Listing';
const pageSize = 2;

/** The service: a list in pages, whose tokens say where the next page begins. */
class Service {
  readonly requests: string[] = [];
  /** Called before the service looks at its list. The first request has the number 0. */
  onRequest: (number: number) => void = () => {};
  /** Ids, in the order of the list. */
  ids: string[];
  #readings = 0;

  constructor(pages: number) {
    this.ids = Array.from({ length: pages * pageSize }, (_, index) => {
      return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    });
  }

  /** @param isLate whether the service looks at the list only after other requests of the same moment */
  open(isLate: (reading: number) => boolean = () => false): PatListReading {
    const reading = ++this.#readings;
    return new PatListReading(async (token) => {
      const begin = Number(token);
      this.requests.push(`${reading}: ${begin / pageSize + 1}`);
      const number = this.requests.length - 1;
      if (isLate(reading)) await new Promise(setImmediate);
      this.onRequest(number);
      const end = begin + pageSize;
      const patTokens = this.ids.slice(begin, end).map((authorizationId) => ({
        authorizationId,
        displayName: authorizationId,
        scope: 'vso.code',
        validFrom: '2026-06-01T00:00:00Z',
        validTo: '2026-07-01T00:00:00Z',
      }));
      const body = { patTokens, continuationToken: end < this.ids.length ? String(end) : '' };
      return { answer: answerOf(body), body };
    }, what);
  }
}

describe('reading a list twice', () => {
  test('takes one request if it has one page', async () => {
    const service = new Service(1);
    const [list, ...others] = await readTwice(() => service.open());
    expect(list).toEqual(await readOnce(service.open()));
    expect(others).toEqual([]);
    expect(service.requests).toEqual(['1: 1', '2: 1']);
  });

  test('begins the second reading after a short list was read', async () => {
    const service = new Service(3);
    expect(await readTwice(() => service.open())).toHaveLength(2);
    expect(service.requests).toEqual(['1: 1', '1: 2', '1: 3', '2: 1', '2: 2', '2: 3']);
  });

  test('keeps the second reading three pages behind the first if the list is long', async () => {
    const service = new Service(6);
    const [first, second] = await readTwice(() => service.open());
    expect(first?.pats.map(({ authorizationId }) => authorizationId)).toEqual(service.ids);
    expect(second).toEqual(first);
    expect(service.requests.slice(0, 3)).toEqual(['1: 1', '1: 2', '1: 3']);
    expect(service.requests.slice(3, 9)).toEqual(['1: 4', '2: 1', '1: 5', '2: 2', '1: 6', '2: 3']);
    expect(service.requests.slice(9)).toEqual(['2: 4', '2: 5', '2: 6']);
  });

  test.each([
    ['first', (reading: number) => reading === 2],
    ['second', (reading: number) => reading === 1],
  ])('shows every PAT although the list shifts once, if the %s reading is answered first', async (_which, isLate) => {
    for (let removed = 0; removed < 8 * pageSize; removed++) {
      for (let moment = 0; moment < 16; moment++) {
        const service = new Service(8);
        service.onRequest = (number) => {
          if (number === moment) service.ids.splice(removed, 1);
        };
        const readings = await readTwice(() => service.open(isLate));
        const seen = new Set(readings.flatMap(({ pats }) => pats.map(({ authorizationId }) => authorizationId)));
        expect(service.ids.filter((id) => !seen.has(id))).toEqual([]);
      }
    }
  });

  test('ends if the list shrinks meanwhile, and tells the pages of each reading', async () => {
    const service = new Service(9);
    service.onRequest = (number) => {
      if (number === 4) service.ids.length = pageSize;
    };
    expect((await readTwice(() => service.open())).map(({ pages }) => pages)).toEqual([5, 1]);
  });

  test.each([3, 6, 8])('fails with the failure of request %d, and sends no more', async (failing) => {
    const service = new Service(8);
    const refused = new Error('refused');
    service.onRequest = (number) => {
      if (number >= failing) throw refused;
    };
    await expect(readTwice(() => service.open())).rejects.toBe(refused);
    expect(service.requests.length).toBeLessThanOrEqual(failing + 2);
  });
});

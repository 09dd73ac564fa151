import { describe, expect, test } from '@jest/globals';
import { statedLimit } from '../../../src/core/answers/stated-limit.ts';

describe('statedLimit', () => {
  test.each([
    ['The token was issued on 2026-03-01T10:00:00.0000000Z and was inactive for 90.00:00:00.', '90 days'],
    ['The token was issued on 2026-03-01T10:00:00Z and was inactive for 12:00:00. Trace ID: 1', '12 hours'],
    ['The token was issued on 2026-03-01T10:00:00Z and was inactive for 1.12:00:00.', '36 hours'],
    ['issued on 2026-03-01T10:00:00Z and the maximum allowed lifetime for this request is 86400.', '24 hours'],
    ['the maximum allowed lifetime for this request is 604800.\r\nTrace ID: 1', '7 days'],
    ['the maximum allowed lifetime for this request is 3600', '1 hour'],
    ['the maximum allowed lifetime for this application is 1.00:00:00.', '24 hours'],
    ['a fixed, limited lifetime of 1.00:00:00, which cannot be extended', '24 hours'],
    ['the refresh token exceeded the maximum inactive time P90D', '90 days'],
    ['the maximum inactive time is PT12H.', '12 hours'],
    ['was inactive for P14D', '14 days'],
    ['does not meet the sign-in frequency of 7 days', '7 days'],
    ['the sign-in frequency is 30 minutes', '30 min'],
    ['was inactive for 00:45:00', '45 min'],
    ['was inactive for 00:00:45', '45 s'],
    ['was inactive for 01:30:15.', '1 h 30 min'],
    ['was inactive for 12345.00:00:00', '12345 days'],
    ['was inactive for 2.00:00:00', '48 hours'],
    ['was inactive for 3.00:00:00', '3 days'],
    ['was inactive for more than 14.00:00:00', '14 days'],
    ['was inactive for over 14 days', '14 days'],
    ['was inactive for "7.00:00:00"', '7 days'],
    ["was inactive for  'P7D'", '7 days'],
    ['WAS INACTIVE FOR 7 DAYS', '7 days'],
    ['the lifetime is 600', '10 min'],
    ['the lifetime is 1 second', '1 s'],
    ['the lifetime of 5 seconds is over', '5 s'],
    ['the limit of 3 weeks', '21 days'],
    ['the limit is 1 hour', '1 hour'],
    ['the frequency is 1 day', '24 hours'],
    ['the maximum is P2W', '14 days'],
    ['the maximum is P1W', '7 days'],
    ['the maximum is P1DT12H', '36 hours'],
    ['the maximum is PT90S', '1 min 30 s'],
    ['the maximum is PT45M', '45 min'],
    ['the lifetime is PT1H30M', '1 h 30 min'],
    ['the lifetime is P1W1DT1H', '193 hours'],
    ['the lifetime is PT1M1S', '1 min 1 s'],
    ['every 2 weeks', '14 days'],
    ['after 1 hour', '1 hour'],
    ['after 10  minutes', '10 min'],
    ['was inactive for 5 seconds, and the limit is 7 days', '5 s'],
  ])('%j states the limit %j', (sentence, limit) => {
    expect(statedLimit(sentence)).toBe(limit);
  });

  test.each([
    'The token was issued on 2026-03-01T10:00:00.1234567Z. Timestamp: 2026-03-02 10:00:00Z',
    'AADSTS50076: Due to a configuration change you must use multi-factor authentication',
    'was inactive for {time}',
    'was inactive for 00:00:00',
    'was inactive for 0 days',
    'was inactive for P',
    'the request was 30 seconds late',
    'a limit of its own; request 12:30:45',
    'the lifetime is 10:30',
    'the lifetime 600',
    'XP90D, P90Days and P123456D',
    'in 90 daylight hours and x7 days',
    'the lifetime is 2026-03-01',
    '',
  ])('%j states no limit', (sentence) => {
    expect(statedLimit(sentence)).toBeUndefined();
  });
});

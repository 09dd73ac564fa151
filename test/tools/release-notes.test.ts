import { describe, expect, test } from '@jest/globals';
import { notesOf } from '../../tools/release-notes.ts';

const changelog = `# Changelog

## [Unreleased]

## [1.1.0] - 2027-01-31

### Added

- Something.

## [1.0.0] - 2027-01-01

First.

[1.1.0]: https://example.com/compare/v1.0.0...v1.1.0
`;

describe('the notes of a release', () => {
  test('are the section of its version, without its heading', () => {
    expect(notesOf(changelog, '1.1.0')).toBe('### Added\n\n- Something.\n');
  });

  test('do not include the links at the end of the file', () => {
    expect(notesOf(changelog, '1.0.0')).toBe('First.\n');
  });

  test.each(['1.0', '2.0.0', 'Unreleased', ''])('are missing for %s', (version) => {
    expect(notesOf(changelog, version)).toBeUndefined();
  });
});

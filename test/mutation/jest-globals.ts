/** What `@jest/globals` gives the tests, from Jest's own packages, in a process that Jest didn't start. */
export { expect } from 'expect';
export { describe, test } from 'jest-circus';

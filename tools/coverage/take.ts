// Runs in every test file while coverage is measured. Jest ends its workers before they would write down by themselves
// what V8 counted.
import { takeCoverage } from 'node:v8';
import { afterAll } from '@jest/globals';

afterAll(() => takeCoverage());

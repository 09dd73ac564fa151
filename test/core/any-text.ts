import { fc } from '../seed.ts';

/**
 * Text of any code points whatever, halves of surrogate pairs among them (JSON can hold those). fast-check's own `binary` unit
 * knows only whole ones, and takes half a second to make ready in each test file.
 */
export function anyText(constraints: fc.StringConstraints = {}): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0, max: 0x10ffff }),
  );
  return fc.string({ ...constraints, unit: unit.map((code) => String.fromCodePoint(code)) });
}

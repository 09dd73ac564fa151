/**
 * The three functions of the Reflect metadata proposal that @peculiar/x509 (through tsyringe) needs. Import this before
 * it. A full polyfill that is already there is not replaced.
 */
interface ReflectMetadata {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

const known = new WeakMap<object, Map<unknown, unknown>>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return known.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const value = getOwnMetadata(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const entries = known.get(target) ?? new Map<unknown, unknown>();
  known.set(target, entries.set(key, value));
}

const reflect = Reflect as ReflectMetadata;
if (reflect.getMetadata === undefined) Object.assign(reflect, { getMetadata, getOwnMetadata, defineMetadata });

import fc from 'fast-check';

/**
 * Every property gets the same values in every run, so a rare counterexample doesn't fail a change that has nothing to
 * do with it. To try other values, run `FC_SEED=$RANDOM npm test`.
 */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 4) });

export { fc };

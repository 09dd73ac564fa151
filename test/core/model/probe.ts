import fc from 'fast-check';
import { type Figures, histories, play, slowHistories } from "./history.ts";

const figures: Figures = { calls: 0, crashes: 0, faults: 0, runs: 0, documented: 0 };
const t = Date.now();
const numRuns = Number(process.argv[2] ?? 1000);
const r = await fc.check(
  fc.asyncProperty(process.env.SLOW ? slowHistories : histories, async (h) => {
    await play(h, figures);
  }),
  { numRuns, seed: Number(process.argv[3] ?? 1) },
);
console.log(Date.now() - t, 'ms', figures, r.failed, r.numRuns, r.numShrinks);
if (r.failed) {
  const h = r.counterexample?.[0] as never;

  try {
    await play(h, figures);
  } catch (e) {
    console.log(String(e));
  }
}

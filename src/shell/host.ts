import type { HostFacts } from '../adapters/services.ts';
import type { Failure, Problem } from '../core/failure.ts';
import type { InputName, OutputName, RawInputs } from '../core/interface.ts';
import type { Pat } from '../core/pat.ts';
import type { Receiver } from '../core/ports.ts';
import type { OwnProject } from '../core/request/destination/destination.ts';
import type { Request } from '../core/request/request.ts';
import type { Secret } from '../core/secret.ts';
import type { Instant } from '../core/time.ts';

/** The workflow of a tracking issue. */
export interface TrackedWorkflow {
  /** The name that people see. */
  readonly name: string;
  /** Identifies it within the repository: the path of its file. */
  readonly key: string;
  /** Address of this run. */
  readonly runUrl: string;
}

export interface HostProblem extends Problem {
  /** Inputs that are missing because of this problem. Their own problems are not reported. */
  readonly covers?: readonly InputName[];
}

/** The host on which the program runs. Each kind of host has one file that makes it. */
export interface Host extends HostFacts {
  /** `OWNER/REPO` for destinations that name no repository. */
  readonly repository: string | undefined;
  /** Project of the run, for variable groups of its organization that name none. */
  readonly project: OwnProject | undefined;
  /** Problems of the inputs that only this host can find. They are reported together with the others. */
  readonly problems?: readonly HostProblem[];
  /**
   * Rewrites a sentence so that inputs have the names that this host gives them. Call it where the sentence is shown. For
   * a sentence of a Failure, pass the problems of that Failure too.
   */
  readonly spell?: (text: string, problems?: readonly Problem[]) => string;
  /** The workflow of a tracking issue; undefined if this host or this run has none. */
  readonly workflow: TrackedWorkflow | undefined;
  /** @throws Failure `unsafe-event` if a stranger may have started the run */
  readonly refuseUnsafeEvent?: (raw: RawInputs) => void;
  /**
   * Checks before the first request that the results can be handed over, and returns the receiver of them.
   * @throws Failure `invalid-input`
   */
  readonly openReceiver: (request: Request) => Receiver;
  /** Advice in the words of this host, because the core doesn't know how to supply an input here. */
  readonly advise: (failure: Failure) => string | undefined;
}

/** A PAT that the post step is to revoke. */
export interface JustInTimePat {
  /** Undefined if the post step runs with the same inputs as the step itself. */
  readonly organization: string | undefined;
  readonly authorizationId: string;
  /** The end of the PAT if nobody revokes it; undefined if the step did not save it. */
  readonly validTo: Instant | undefined;
}

/** A host whose runs are steps of a job, with outputs, a summary and a post step. */
export interface StepHost extends Omit<Host, 'openReceiver'> {
  /** @throws Failure `invalid-input` if outputs, or a state for the post step, can't be written here */
  readonly prepareOutputs: (needsState: boolean) => void;
  readonly output: (name: OutputName, value: string) => void;
  readonly outputSecret: (name: OutputName, value: Secret) => void;
  /** In UTF-16 units. A longer output doesn't reach every reader. */
  readonly longestOutput: number;
  /** Saves the PAT for the post step, which revokes it. */
  readonly saveJustInTime: (pat: Pat) => void;
  /** Marks the step as failed. */
  readonly fail: (code: string, message: string) => void;
  /** Appends to the summary of the step; a host without one does nothing. */
  readonly writeSummary: (markdown: string) => Promise<void>;
  /** Called once, after the last report. */
  readonly finish: () => void;
}

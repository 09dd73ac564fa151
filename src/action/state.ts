import { getState, saveState } from '@actions/core';

const justInTime = 'just-in-time-pat';

/** Remembers a PAT that the post step revokes again. */
export function saveJustInTime(authorizationId: string): void {
  saveState(justInTime, authorizationId);
}

/** The PAT to revoke; empty where there is none. */
export function justInTimePat(): string {
  return getState(justInTime);
}

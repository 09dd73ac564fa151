/**
 * Pauses in milliseconds before each look for what the service may not show yet: an answer can come from a part of the
 * service that does not know the PAT.
 */
export const lookPauses = [0, 1000, 2000];

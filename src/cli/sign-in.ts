export async function signIn(..._: unknown[]): Promise<0> { return 0; } // STUB

/** One bundle serves every entry; each loads only the part of it that it needs. */
export async function main(): Promise<void> {
  const shell = await import('./action/main.ts');
  await shell.main();
}

export async function post(): Promise<void> {
  const shell = await import('./action/post.ts');
  await shell.post();
}

export async function cli(): Promise<void> {
  const shell = await import('./cli/main.ts');
  await shell.main();
}

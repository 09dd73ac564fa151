/** Keys that `defaults` and a token may hold. The value of a token overrides the default. */
export const settingKeys = [
  'scopes',
  'valid-for',
  'valid-to',
  'all-organizations',
  'rotate-within',
  'previous-token',
  'verify',
] as const;
export type SettingKey = (typeof settingKeys)[number];

/** Keys of a token. `destinations` cannot be a default, because a destination holds only one PAT. */
export const tokenKeys = ['display-name', 'organization', ...settingKeys, 'destinations'] as const;
export type TokenKey = (typeof tokenKeys)[number];

export const topKeys = ['organization', 'defaults', 'tokens'] as const;

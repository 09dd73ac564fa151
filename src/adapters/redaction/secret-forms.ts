import { shortestSecret } from '../../core/secret.ts';

/**
 * The parts of a value that may be shown alone: its lines. Of a PEM, only the lines of base64 count. The names and
 * attributes that OpenSSL writes next to them are not secret, and as masks they would blank harmless text.
 */
function partsOf(value: string): string[] {
  const decoded = /^[A-Za-z0-9+/=\s]+$/u.test(value) ? Buffer.from(value, 'base64').toString('latin1') : '';
  // A PEM that was encoded once more, to fit on one line.
  const inner = decoded.includes('-----BEGIN ') ? partsOf(decoded) : [];
  const lines = value.split(/\r|\n|\\r|\\n/u).map((line) => line.trim());
  if (!value.includes('-----BEGIN ')) return [...lines, ...inner];
  return lines.flatMap((line) => line.split(/\s+/u)).filter((line) => /^[A-Za-z0-9+/]+=*$/u.test(line));
}

/**
 * The value in the usual percent-encodings, which differ in the characters that they encode, in both cases of the
 * digits.
 */
function percentForms(value: string): string[] {
  // No encoding changes these characters, which most tokens consist of.
  if (/^[\w.-]*$/u.test(value)) return [];
  const form = new URLSearchParams({ value }).toString().slice('value='.length);
  const component = encodeURIComponent(value.toWellFormed());
  // RFC 3986 reserves these characters too, and doesn't encode the tilde.
  const strict = component.replace(/[!'()*]/gu, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase());
  return [form, component, strict].flatMap((text) => [text, lower(text)]);
}

/**
 * The forms in which a value may be printed. The runner derives some forms of a mask by itself (base64 at three
 * alignments, JSON, URL and shell escapes: actions/runner, `ValueEncoders`). But its base64 matches only if nothing
 * follows the value, and it derives neither base64url nor hexadecimal.
 */
export function formsOf(value: string): string[] {
  // The runner turns each line of a mask into a mask, even the shortest one. So the lines are registered one by one.
  const forms = new Set<string>(/[\r\n]/u.test(value) ? [] : [value]);
  for (const part of partsOf(value)) forms.add(part);
  const bytes = Buffer.from(value);
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const shift of [0, 1, 2]) {
      const rest = bytes.subarray(shift);
      forms.add(rest.toString(encoding));
      // Only whole groups of three bytes, because text after the value can't change those.
      forms.add(rest.subarray(0, rest.length - (rest.length % 3)).toString(encoding));
    }
  }
  // Clients of a PAT send it by Basic authentication.
  forms.add(Buffer.from(`:${value}`).toString('base64'));
  forms.add(bytes.toString('hex'));
  forms.add(bytes.toString('hex').toUpperCase());
  for (const form of percentForms(value)) forms.add(form);
  forms.add(JSON.stringify(value).slice(1, -1));
  const segments = value.split('.');
  if (/^eyJ/u.test(value) && segments.length === 3) for (const segment of segments) forms.add(segment);
  return [...forms].filter((form) => form.length >= shortestSecret && !/[\r\n]/u.test(form));
}

/** The forms in which a secret could be written somewhere. */

/** A text without the secret in any of these forms is free of it; each has eight characters at least. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
    ...base64Forms(bytes),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 8);
}

/** Base64 in each of the three ways in which it can stand inside a longer text, with either alphabet. */
function base64Forms(bytes: Buffer): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // What the bytes around it have a part in.
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  return shifted.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
}

/**
 * Text from a host without what could drive the terminal: control characters, bytes that are no UTF-8 and marks that
 * turn the direction of writing become `�`; a tab becomes a space. Line feeds stay if `multiline`.
 */
export function plain(text: string, multiline = false): string {
  if (/^[\x20-\x7e]*$/u.test(text)) return text
  const flat = text.toWellFormed().replaceAll(/\t/gu, ' ')
  return multiline
    ? flat.replaceAll(/(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    : flat.replaceAll(/[\r\n\u2028\u2029]+/gu, ' ').replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
}

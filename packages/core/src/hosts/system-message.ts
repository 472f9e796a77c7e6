/** What the C library's strerror says, by errno name; tools of coreutils and busybox end their messages with it. */
const messages: readonly (readonly [errno: string, message: string])[] = [
  ['ENOENT', 'No such file or directory'],
  ['ENOTDIR', 'Not a directory'],
  ['EACCES', 'Permission denied'],
  ['EPERM', 'Operation not permitted'],
  ['EEXIST', 'File exists'],
  ['EISDIR', 'Is a directory'],
  ['ENOTEMPTY', 'Directory not empty'],
  ['ENOSPC', 'No space left on device'],
  ['EDQUOT', 'Disk quota exceeded'],
  ['EROFS', 'Read-only file system'],
  ['EINVAL', 'Invalid argument'],
  ['ERANGE', 'Numerical result out of range'],
  ['ENAMETOOLONG', 'File name too long'],
  ['ELOOP', 'Too many levels of symbolic links'],
  ['EXDEV', 'Invalid cross-device link'],
  ['EBUSY', 'Device or resource busy'],
  ['EOPNOTSUPP', 'Operation not supported'],
  ['ENOSYS', 'Function not implemented'],
  ['ETXTBSY', 'Text file busy'],
  ['ENODEV', 'No such device'],
  ['ENXIO', 'No such device or address'],
  ['ENOMEM', 'Cannot allocate memory'],
  ['EAGAIN', 'Resource temporarily unavailable'],
  ['EIO', 'Input/output error'],
]

/** The errno that a tool's error output speaks of in its last telling line, or `undefined`. */
export function errnoOfMessage(text: string): string | undefined {
  const lines = text.split('\n').toReversed()
  for (const line of lines) {
    const own = /^hostwright: (E[A-Z]+)$/u.exec(line)?.[1]
    if (own !== undefined) return own
    for (const [errno, message] of messages) if (line.endsWith(message)) return errno
  }
  return undefined
}

/** What a directory entry or a file is. */
export type FileType = 'file' | 'directory' | 'symlink' | 'block' | 'character' | 'fifo' | 'socket' | 'unknown'

/** One name in a directory. */
export interface DirectoryEntry {
  /** The bare name, see `decodeFileName` for names that are not UTF-8. */
  readonly name: string
  readonly type: FileType
}

/** What `stat` says of a file. */
export interface FileStat {
  readonly type: FileType
  readonly sizeBytes: number
  /** Permission bits including set-uid, set-gid and sticky: `0o0` to `0o7777`. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Modification time in milliseconds since 1970, with a fraction where the source has one. */
  readonly mtimeMs: number
  readonly linkCount: number
  readonly inode: number
  /** Of a block or character device; absent where the source does not tell. */
  readonly device?: { readonly major: number; readonly minor: number }
}

/** How much of a file to read. */
export interface ReadOptions {
  /** First byte; default 0. */
  readonly offset?: number
  /** At most this many bytes; default all. */
  readonly length?: number
  /** Refuse with `OUTPUT_LIMIT` if the file gives more; default 64 MiB. */
  readonly maxBytes?: number
}

/**
 * The read-only half of a host's `fs`: a live system, a directory that holds one, or a file system inside a disk image.
 * Paths are absolute, `/` separated, and stay inside the tree: symbolic links resolve as the tree's own system would.
 *
 * Errors of every method: `NOT_FOUND`, `PERMISSION_DENIED`, `IO_ERROR`, and those of the transport.
 */
export interface FileTree {
  /** For messages: what tree this is. */
  readonly label: string
  /** The entries of a directory, sorted by bytes, without `.` and `..`. */
  list(path: string): Promise<readonly DirectoryEntry[]>
  /** Follows symbolic links. */
  stat(path: string): Promise<FileStat>
  /** Does not follow a symbolic link at the end of the path. */
  lstat(path: string): Promise<FileStat>
  /** The target of a symbolic link as it is stored. Throws `INVALID_INPUT` if it is something else. */
  readlink(path: string): Promise<string>
  /** The path without symbolic links. */
  realpath(path: string): Promise<string>
  /** The bytes of a file. Files of unknown size (`/proc`, `/sys`) are read to their end. */
  read(path: string, options?: ReadOptions): Promise<Uint8Array>
  /** The file as text: UTF-8, other bytes as `decodeFileName` does. */
  readText(path: string, options?: ReadOptions): Promise<string>
  /** Whether something is there, a dangling symbolic link included. */
  exists(path: string): Promise<boolean>
  /**
   * Many small files as text in one go, in the order of `paths`; `undefined` where a file is missing or cannot be read.
   * One round trip on a remote host.
   */
  readMany(paths: readonly string[]): Promise<readonly (string | undefined)[]>
}

/** How a file is written. */
export interface WriteOptions {
  /** Default: what the replaced file had, else `0o644`. */
  readonly mode?: number
  /** Default: what the replaced file had, else the caller's. */
  readonly uid?: number
  readonly gid?: number
}

/** A host's files, to read and to change. */
export interface HostFileSystem extends FileTree {
  /**
   * Replaces or creates a file as a whole: a reader sees the old or the new content. On disk when it resolves. A symbolic
   * link at the path stays, and the file that it leads to is replaced. Hard links and extended attributes of a replaced
   * file are not kept.
   */
  write(path: string, content: string | Uint8Array, options?: WriteOptions): Promise<void>
  /** Writes to an existing file or kernel attribute in place with one `write` call. Throws `INVALID_INPUT` if the kernel refuses the value. An empty value is written as an empty line: a kernel does not see a write of nothing. */
  set(path: string, value: string): Promise<void>
  /** Creates a directory and its missing parents. An existing directory is fine. */
  mkdir(path: string, options?: { readonly mode?: number }): Promise<void>
  /** Removes a file, a symbolic link or an empty directory. Throws `NOT_FOUND` if there is none. */
  remove(path: string): Promise<void>
  /** Creates a symbolic link. Throws `ALREADY_EXISTS` if the path is taken. */
  symlink(target: string, path: string): Promise<void>
  /** Renames within one file system, replacing what is at `to`. */
  rename(from: string, to: string): Promise<void>
  chmod(path: string, mode: number): Promise<void>
  chown(path: string, uid: number, gid: number): Promise<void>
}

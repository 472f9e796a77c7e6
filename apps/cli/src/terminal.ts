/** Where text goes. */
export interface Output {
  readonly isTerminal: boolean
  /** Of the terminal; `undefined` if it is none. */
  readonly columns: number | undefined
  write(text: string): void
}

/** What a command line sees of the process that runs it. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative file names are relative to. */
  readonly cwd: string
  readonly stdout: Output
  readonly stderr: Output
}

/** An output over a stream of the process. If its reader goes away, what follows is dropped: a change is never cut short by `| head`. */
export function streamOutput(stream: NodeJS.WriteStream): Output {
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
  return {
    isTerminal: stream.isTTY,
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
    write(text) {
      if (open) stream.write(text)
    },
  }
}

import { describe, expect, it } from 'vitest'
import { localHost, prefixHost } from '../src/index.ts'

describe('files by way of a shell', () => {
  it('tell why a file cannot be read, however few bytes of it were wanted', async () => {
    await using host = prefixHost(localHost(), ['env'])
    await expect(host.fs.read('/proc/self/mem', { length: 2 })).rejects.toMatchObject({
      code: 'IO_ERROR',
      message: 'cannot read /proc/self/mem: input/output error (EIO)',
    })
  })
})

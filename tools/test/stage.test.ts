import { describe, expect, it } from 'vitest'
import { commandStage } from '../stage.ts'

describe('commandStage', () => {
  it('passes what succeeds and fails what fails', () => {
    expect(commandStage({ ok: true, stdout: '', output: 'fine' })).toEqual({ ok: true, output: 'fine' })
    expect(commandStage({ ok: false, stdout: '', output: 'broken' })).toEqual({ ok: false, output: 'broken' })
  })

  it('fails what succeeds with a warning of Node.js', () => {
    const output = 'ok\n(node:12) MaxListenersExceededWarning: Possible memory leak\n'
    expect(commandStage({ ok: true, stdout: '', output })).toEqual({ ok: false, output: `${output}\nWarnings of Node.js count as failures.\n` })
  })
})

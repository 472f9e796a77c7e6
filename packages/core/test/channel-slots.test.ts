import { describe, expect, it } from 'vitest'
import { ChannelSlots } from '../src/ssh/channel-slots.ts'

describe('the slots of a connection', () => {
  it('are given out in turn, one being kept back', async () => {
    const slots = new ChannelSlots(3)
    const order: number[] = []
    const first = await slots.acquire()
    await slots.acquire()
    const third = slots.acquire().then(() => order.push(3))
    const fourth = slots.acquire().then((slot) => (order.push(4), slot))
    expect([slots.used, slots.tryReserved()?.release(), order]).toEqual([2, undefined, []])
    first.release()
    first.release()
    await third
    expect([slots.used, order]).toEqual([2, [3]])
    void fourth
  })

  it('are fewer once the server has refused one', async () => {
    const slots = new ChannelSlots(10)
    let lowered = 0
    slots.onLower.add(() => (lowered += 1))
    const held = await Promise.all([slots.acquire(), slots.acquire()])
    slots.lower(1)
    expect([slots.limit, lowered, slots.scarce, slots.tryReserved()]).toEqual([1, 1, true, undefined])
    for (const slot of held) slot.release()
    const only = await slots.acquire()
    expect([slots.used, slots.tryReserved()]).toEqual([1, undefined])
    only.release()
    slots.lower(5)
    expect(slots.limit).toBe(1)
  })

  it('are kept for later only while more than one is free', async () => {
    const slots = new ChannelSlots(5)
    await slots.acquire()
    await slots.acquire()
    const spare = slots.trySpare()
    expect([spare, slots.trySpare(), slots.used]).toEqual([expect.anything(), undefined, 3])
  })

  it('never become fewer than were open at a time', async () => {
    const slots = new ChannelSlots(10)
    const held = await Promise.all([slots.acquire(), slots.acquire(), slots.acquire()])
    for (const slot of held) slot.opened()
    for (const slot of held) slot.release()
    const last = await slots.acquire()
    slots.lower(0)
    last.release()
    expect([slots.limit, slots.used]).toEqual([3, 0])
  })

  it('lose a waiter that gives up, and only that one', async () => {
    const slots = new ChannelSlots(1)
    const held = await slots.acquire()
    const abort = new AbortController()
    const waiting = slots.acquire(abort.signal)
    const next = slots.acquire()
    abort.abort('enough')
    await expect(waiting).rejects.toBe('enough')
    held.release()
    await expect(next).resolves.toBeDefined()
    await expect(slots.acquire(abort.signal)).rejects.toBe('enough')
  })
})

/** Random numbers that are the same for the same seed. */
export interface RandomSource {
  /** At least 0 and less than 1. */
  next(): number
}

/** Numbers by the generator mulberry32 (Tommy Ettinger): 32 bits of state, enough to shuffle and to resample. */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
  }
}

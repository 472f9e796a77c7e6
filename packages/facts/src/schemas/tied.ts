import type * as z from 'zod'

/** A type without `readonly`, all the way down, so that what zod infers and what is written by hand can be compared. */
type Plain<T> = T extends readonly (infer E)[] ? Plain<E>[] : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T

// The two sides are compared as conditions on an unknown type, which tells optional keys apart.
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

/**
 * Ties a schema to an interface: `tied<OsFacts>()(schema)` compiles only if the schema gives exactly that type, with no key missing on either
 * side.
 */
export function tied<T>(): <S extends z.ZodType>(schema: Same<Plain<z.output<S>>, Plain<T>> extends true ? S : never) => z.ZodType<T> {
  return (schema) => schema as unknown as z.ZodType<T>
}

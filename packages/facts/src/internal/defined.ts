/** The same object type with every key that may be `undefined` made optional instead. */
export type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without the keys whose value is `undefined`: facts that are not there have no key, in JSON and in tests. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}

/** The object, or `undefined` if none of its keys has a value. */
export function definedIfAny<T extends object>(value: T): Defined<T> | undefined {
  return Object.values(value).some((field) => field !== undefined) ? defined(value) : undefined
}

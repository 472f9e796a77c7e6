export { domain } from './domain.ts'
export { motdSection } from './section.ts'

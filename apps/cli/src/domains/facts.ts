export { domain } from '@hostwright/facts'

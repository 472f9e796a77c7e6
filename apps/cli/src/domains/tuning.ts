export { domain } from '@hostwright/tuning'

export type { ContractCase, ContractContext, ContractFeature } from './testing/contract-case.ts'
export { contractCases, hostContract, type ContractSubject, type ContractTest } from './testing/host-contract.ts'

export { type Redactor, redactor } from '../redact/redact.ts';
export { type Copies, createCopies, type Keeper } from './copies.ts';
export { type Granted, grantSlots, mostAheadMs, type PaceRecord } from './gcra.ts';
export { checkKeyUse } from './keys.ts';
export type * from './port.ts';
export { outcomeColumns, type RecordRow, toRecord } from './record-row.ts';
export type {
  AttemptError,
  Claim,
  DispatchDetails,
  DispatchError,
  DispatchRecord,
  DispatchStatus,
  FinalStatus,
  KeyUse,
  MessageKey,
  MessageRecord,
  NewDispatch,
  NewMessage,
  Outcome,
  Outcomes,
  SkipReason,
} from './records.ts';
export { fanOutAlias } from './records.ts';
export { splitPointsOf } from './split-points.ts';
export type * from './subscriptions.ts';
export type * from './suppressions.ts';

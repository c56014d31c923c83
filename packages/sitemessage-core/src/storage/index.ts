export { type Redactor, redactor } from '../redact/redact.ts';
export { type Copies, createCopies, type Keeper } from './copies.ts';
export { type Granted, grantSlots, mostAheadMs, type PaceRecord } from './gcra.ts';
export { checkKeyUse } from './keys.ts';
export { outcomeColumns, type RecordRow, toRecord } from './record-row.ts';
export { splitPointsOf } from './split-points.ts';

import { describe, it } from 'vitest';
import { messengerContract } from '../../src/testing/index.ts';
import { startLoopback } from './loopback/messenger.ts';

messengerContract({ describe, it }, { start: startLoopback });

import { describe, it } from 'vitest';
import { messengerContract } from '../../src/testing/index.ts';
import { startLoopback } from '../loopback/start.ts';

messengerContract({ describe, it }, { start: startLoopback });

import type { Protocol } from '../protocol.ts';
import { startVk, type VkEmulator } from './vk/emulator.ts';

/** The API of VK, as far as it concerns posts on walls and private messages. */
export const vk: Protocol<'vk', VkEmulator> = { name: 'vk', start: startVk };

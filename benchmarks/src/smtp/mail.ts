/** The same mail for both sides: a greeting of some lines, different for each recipient. */
export const mails = 10_000;
export const from = 'Shop <shop@example.com>';
export const addressOf = (index: number): string => `reader${index}@example.com`;
export const subject = 'Your order is on its way';

const paragraph = 'The parcel has left our store in Springfield and will reach you within three days; you need not be at home.';

export const textFor = (address: string): string =>
  `Hello ${address},\n\n${Array.from({ length: 8 }, () => paragraph).join('\n')}\n\nYours, the shop\n`;

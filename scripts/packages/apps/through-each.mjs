/** For each messenger, an address that its emulator knows. */
const addresses = { smtp: 'ann@example.com', telegram: 12345, fb: '', vk: 12345, twitter: '', xmpp: 'ann@example.com' };

/** Sends through each registered messenger on each storage, and prints the results. */
export async function sendThroughEach({ createSitemessage, memoryStorage, sqliteStorage, startSandbox }) {
  const sandbox = await startSandbox();
  const messengers = Object.fromEntries(Object.keys(addresses).map((alias) => [alias, sandbox[alias].options]));
  for (const storage of [memoryStorage(), sqliteStorage({ path: ':memory:' })]) {
    const site = createSitemessage({ storage, messengers });
    for (const [alias, address] of Object.entries(addresses)) await site.scheduleMessages('Hello', site.recipients(alias, address));
    const { sent, failed, error } = await site.sendScheduledMessages();
    process.stdout.write(`sent ${sent}, failed ${failed}, to be repeated ${error}, arrived ${sandbox.inbox.all().length}\n`);
    await site.close();
  }
  await sandbox.close();
}

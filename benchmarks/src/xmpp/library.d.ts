/** What is used of the library here beside what the messenger uses. */
declare module '@xmpp/client' {
  interface Client {
    readonly streamManagement: { readonly enabled: boolean };
    send(element: Element): Promise<void>;
  }
}

export {};

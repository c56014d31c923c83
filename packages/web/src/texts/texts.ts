/** All texts of the pages. The name of the message type stands below them, as the application calls it. */
export interface Texts {
  readonly unsubscribe: { readonly title: string; readonly text: string; readonly button: string };
  readonly notSubscribed: {
    readonly title: string;
    readonly text: string;
    readonly wish: string;
    readonly button: string;
    readonly still: string;
  };
  readonly unsubscribed: { readonly title: string; readonly text: string; readonly mistake: string; readonly button: string };
  readonly resubscribed: { readonly title: string; readonly text: string };
  readonly preferences: {
    readonly title: string;
    readonly text: string;
    readonly button: string;
    readonly saved: string;
    readonly changed: { readonly title: string; readonly text: string };
    readonly nothing: string;
  };
  readonly invalid: { readonly title: string; readonly text: string };
  readonly refused: { readonly title: string; readonly text: string };
  readonly failed: { readonly title: string; readonly text: string };
}

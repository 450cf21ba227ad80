import { Problem } from './problem';

type Listener = () => void;

let waiting: { resolve: () => void; reject: (problem: Problem) => void }[] = [];
const listeners = new Set<Listener>();
const told = () => listeners.forEach((listener) => listener());

/**
 * The administrator's session as this page sees it. A call that is answered with 401 waits here until the person has signed in again, and is then sent
 * once more: whatever was being saved is saved, and nothing typed is lost.
 */
export const session = {
  /** Resolves when the person is signed in again; rejects when they do not want to. */
  again: (): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { resolve, reject }];
      told();
    }),

  /** Whether a call waits for the person. */
  isAsking: (): boolean => waiting.length > 0,

  /** Lets the waiting calls go on. */
  signedIn: (): void => {
    const calls = waiting;
    waiting = [];
    calls.forEach((call) => call.resolve());
    told();
  },

  /** Gives the waiting calls up. */
  dismissed: (): void => {
    const calls = waiting;
    waiting = [];
    calls.forEach((call) => call.reject(new Problem(401, 'signed_out', '')));
    told();
  },

  subscribe: (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

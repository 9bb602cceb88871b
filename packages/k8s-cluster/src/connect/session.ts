import type { Dispatcher } from "undici";
import type { Access, AccessSource } from "./access.ts";
import { type DispatcherLimits, dispatcherKey, openDispatcher } from "./dispatcher.ts";

/** What one request is sent with. */
export interface Session {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
}

export interface SessionKeeper {
  /** @throws ClusterError `credentials_failed`, `invalid_kubeconfig` */
  current(): Promise<Session>;
  /** New credentials, unless another request has already replaced the refused ones. @throws ClusterError as current */
  renew(refused: Session): Promise<Session>;
  close(): Promise<void>;
}

/** Keeps credentials fresh, one look at them at a time, and the dispatcher for as long as TLS and proxy stay the same. */
export function keepSession(source: AccessSource, limits: DispatcherLimits): SessionKeeper {
  let session: Session | undefined;
  let key = "";
  let running: Promise<Session> | undefined;

  const replace = async (renew: boolean): Promise<Session> => {
    const access = await source.obtain({ renew });
    const newKey = dispatcherKey(access);
    if (session && newKey === key) {
      session = { access, dispatcher: session.dispatcher };
    } else {
      const dispatcher = await openDispatcher(access, limits);
      session?.dispatcher.close().catch(() => {});
      session = { access, dispatcher };
      key = newKey;
    }
    return session;
  };
  const replaceOnce = (renew: boolean): Promise<Session> => {
    running ??= replace(renew).finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    current: async () => {
      if (session && Date.now() < session.access.expiresAt) return session;
      return replaceOnce(false);
    },
    renew: async (refused) => {
      if (session && session !== refused) return session;
      return replaceOnce(true);
    },
    close: async () => {
      await session?.dispatcher.destroy();
      session = undefined;
    },
  };
}

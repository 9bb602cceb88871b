import type { Dispatcher } from "undici";
import { ClusterError } from "../errors.ts";
import type { Access, AccessSource } from "./access.ts";
import { type DispatcherLimits, dispatcherKey, openDispatcher } from "./dispatcher.ts";

/** What one request is sent with. */
export interface Session {
  readonly access: Access;
  readonly dispatcher: Dispatcher;
  /** Rises when the credentials change or were asked for anew. */
  readonly generation: number;
}

export interface SessionKeeper {
  /** @throws ClusterError `credentials_failed`, `invalid_kubeconfig`; `cancelled` after close */
  current(): Promise<Session>;
  /** New credentials, unless another request has already replaced the refused ones. @throws ClusterError as current */
  renew(refused: Session): Promise<Session>;
  close(): Promise<void>;
}

/** Keeps credentials fresh, one look at them at a time, and the dispatcher for as long as TLS and proxy stay the same. */
export function keepSession(source: AccessSource, limits: DispatcherLimits): SessionKeeper {
  let session: Session | undefined;
  let running: { readonly renew: boolean; readonly promise: Promise<Session> } | undefined;
  let closed = false;

  const replace = async (renew: boolean): Promise<Session> => {
    const access = await source.obtain({ renew });
    const last = session;
    const dispatcher =
      last && dispatcherKey(last.access) === dispatcherKey(access)
        ? last.dispatcher
        : await openDispatcher(access, limits);
    if (closed) {
      await dispatcher.destroy();
      throw closedError();
    }
    const changed = renew || last?.dispatcher !== dispatcher || !sameHeaders(last.access, access);
    session = { access, dispatcher, generation: (last?.generation ?? 0) + (changed ? 1 : 0) };
    if (last && last.dispatcher !== dispatcher) last.dispatcher.close().catch(() => {});
    return session;
  };

  const replaceOnce = async (renew: boolean): Promise<Session> => {
    while (running) {
      if (running.renew || !renew) return running.promise;
      await running.promise.catch(() => {});
    }
    const promise = replace(renew).finally(() => {
      running = undefined;
    });
    running = { renew, promise };
    return promise;
  };

  return {
    current: async () => {
      if (closed) throw closedError();
      if (session && Date.now() < session.access.expiresAt) return session;
      return replaceOnce(false);
    },
    renew: async (refused) => {
      if (closed) throw closedError();
      if (session && session.generation > refused.generation) return session;
      return replaceOnce(true);
    },
    close: async () => {
      closed = true;
      await session?.dispatcher.destroy();
      session = undefined;
    },
  };
}

function sameHeaders(a: Access, b: Access): boolean {
  return JSON.stringify(a.headers) === JSON.stringify(b.headers);
}

function closedError(): ClusterError {
  return new ClusterError("cancelled", "The connection to the cluster was closed.");
}

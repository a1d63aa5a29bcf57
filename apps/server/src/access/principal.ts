/** Who asks. */

/** The holder of a token, whether it comes as such or as a session that began with it. */
export interface Principal {
  /** Stable as long as the token is valid, and no secret. */
  id: string;
  /** For people. */
  name: string;
  roles: readonly string[];
  /** The accounts that may be seen and changed; null: all. */
  accounts: readonly string[] | null;
}

/** Who asks, and how. */
export interface Caller {
  /** null on routes that are open to everybody. */
  principal: Principal | null;
  /** What the cookie holds, whether it is a session or not; null without one. */
  sessionId: string | null;
  /** How the principal showed who it is. */
  via: 'token' | 'session';
  /** The network address that the connection comes from. */
  address: string;
  /** How far a stream came before it broke (`Last-Event-ID`); null: it begins now. */
  lastEventId: string | null;
  /** Whether the browser came over https, also to a proxy in front. */
  isSecure: boolean;
}

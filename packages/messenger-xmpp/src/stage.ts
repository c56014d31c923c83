/** How far a session that is opened has come. */
export type Stage = 'the proxy' | 'TCP' | 'STARTTLS' | 'TLS' | 'logging in' | 'binding a resource';

export type OnStage = (stage: Stage) => void;

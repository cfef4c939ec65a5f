export declare function ensureChrome(): Promise<string>

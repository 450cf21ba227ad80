// Stands in until docs/openapi.json is there.
type Json<T> = { content: { 'application/json': T }; headers: { [name: string]: unknown } };
type Problems = { content: { 'application/problem+json': unknown }; headers: { [name: string]: unknown } };
type Op<R, Q = object, P = never, B = never> = {
  parameters: ([P] extends [never] ? { path?: never } : { path: P }) & { query?: Q; header?: { 'If-Match'?: string; Accept?: string } };
  requestBody?: [B] extends [never] ? never : { content: { 'application/json': B } };
  responses: { 200: Json<R>; default: Problems };
};
type Page = { q?: string; limit?: number; cursor?: string };
type S = components['schemas'];
type Any = Record<string, unknown>;
export interface paths {
  '/api/v1/me': { parameters: object; get: Op<S['MeView']> };
  '/api/v1/environments': { parameters: object; get: Op<{ items: S['EnvironmentView'][]; next_cursor?: string | null }, Page> };
  '/api/v1/environments/{environment}': { parameters: object; get: Op<S['EnvironmentView'], object, { environment: string }>; patch: Op<S['EnvironmentView'], object, { environment: string }, Any> };
  '/api/v1/settings': { parameters: object; get: Op<S['EnvironmentView']>; patch: Op<S['EnvironmentView'], object, never, Any> };
  '/api/v1/keys': { parameters: object; get: Op<{ items: S['SigningKeyView'][] }> };
  '/api/v1/keys/rotate': { parameters: object; post: Op<{ items: S['SigningKeyView'][] }> };
  '/api/v1/applications': { parameters: object; get: Op<{ items: S['ApplicationView'][]; next_cursor?: string | null }, Page> };
  '/api/v1/connections': { parameters: object; get: Op<{ items: S['ConnectionView'][]; next_cursor?: string | null }, Page> };
  '/api/v1/users': { parameters: object; get: Op<{ items: S['UserView'][]; next_cursor?: string | null }, Page & { status?: string; connection?: string }> };
  '/api/v1/sign-ins': { parameters: object; get: Op<{ items: S['SignInSummary'][]; next_cursor?: string | null }, Page & { application?: string; connection?: string; outcome?: string; from?: string; to?: string }> };
  '/api/v1/sign-ins/{supportCode}': { parameters: object; get: Op<S['SignInTimelineView'], object, { supportCode: string }> };
  '/api/v1/audit-events': { parameters: object; get: Op<{ items: S['AuditEventView'][]; next_cursor?: string | null }, Page & { target?: string; action?: string; caller?: string; from?: string; to?: string }> };
  '/api/v1/audit-events/check': { parameters: object; get: Op<S['AuditCheckView']> };
  '/api/v1/resources': { parameters: object; get: Op<unknown> };
  '/api/v1/resources/plan': { parameters: object; post: Op<S['ResourceChangeList'], object, never, Any> };
  '/api/v1/resources/apply': { parameters: object; post: Op<S['ResourceChangeList'], object, never, Any> };
}
export interface components {
  schemas: {
    MeView: { name?: string; email?: string };
    EnvironmentView: {
      id?: string | null; slug?: string | null; kind?: 'production' | 'non_production' | null; display_name?: string | null; is_default?: boolean | null; issuer?: string | null; created_at?: string | null;
      sessions?: { lifetime?: number | null; idle_lifetime?: number | null; persistent?: boolean | null } | null;
      signing_keys?: { rotation_days?: number | null; overlap?: number | null } | null;
      sign_in_retention_days?: number | null;
    };
    SigningKeyView: { kid: string; alg: string; state: 'next' | 'active' | 'retired' | 'former'; since: string; until?: string | null };
    ApplicationView: { client_id?: string | null; name?: string | null; type?: string | null; enabled?: boolean | null; created_at?: string | null };
    ConnectionView: { slug?: string | null; name?: string | null; kind?: string | null; enabled?: boolean | null; credentials?: 'own' | 'shared' | 'sandbox' | 'missing' | null; created_at?: string | null };
    UserView: { id: string; username?: string | null; email?: string | null; email_verified: boolean; status: 'active' | 'blocked'; attributes: Record<string, string>; managed_by?: string | null; created_at: string; last_sign_in_at?: string | null };
    SignInSummary: { support_code: string; started_at: string; ended_at?: string | null; duration_ms?: number | null; application?: string | null; connection?: string | null; user?: string | null; handle?: string | null; outcome: S['SignInOutcome']; error_code?: string | null };
    SignInOutcome: 'running' | 'ok' | 'refused' | 'failed' | 'abandoned';
    SignInError: { code: string; title: string; remedy: string };
    SignInHop: { time: string; duration_ms?: number | null; kind: string; outcome: S['SignInOutcome']; title: string; data: Record<string, string>; error?: S['SignInError'] | null };
    SignInTimelineView: S['SignInSummary'] & { error?: S['SignInError'] | null; rule?: { code: string; why: string } | null; hops: S['SignInHop'][] };
    AuditEventView: { sequence: number; at: string; caller: string; action: string; target: string; before?: unknown; after?: unknown; hash: string };
    AuditCheckView: { intact: boolean; checked: number; broken_at?: number | null; hash?: string | null };
    FieldChangeView: { field: string; before?: unknown; after?: unknown };
    ResourceChangeView: { resource: string; action: string; fields: S['FieldChangeView'][] };
    ResourceChangeList: { items: S['ResourceChangeView'][]; applied: boolean };
  };
}

import type { components } from './schema';

type Schemas = components['schemas'];

export type AdministratorView = Schemas['AdministratorView'];
export type Application = Schemas['ApplicationView'];
export type AuditEvent = Schemas['AuditEventView'];
export type Connection = Schemas['ConnectionView'];
export type DoctorFinding = Schemas['DoctorFinding'];
export type Environment = Schemas['EnvironmentView'];
export type FieldChange = Schemas['FieldChangeView'];
export type ResourceChange = Schemas['ResourceChangeView'];
export type SignIn = Schemas['SignInSummary'];
export type SignInHop = Schemas['SignInHop'];
export type SignInErrorCount = Schemas['SignInErrorCount'];
export type SignInOutcome = Schemas['SignInOutcome'];
export type SignInPeriod = Schemas['SignInPeriod'];
export type SignInStatistics = Schemas['SignInStatistics'];
export type SignInTimeline = Schemas['SignInTimelineView'];
export type SigningKey = Schemas['SigningKeyView'];
export type User = Schemas['UserView'];

/** A part of a list: without `next_cursor` it is the last one. */
export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

import type { components } from '../../api/schema';

/** What happens when somebody arrives: what is named, the rest from its preset. */
export type Policy = components['schemas']['PolicyResource'];

/** A preset. */
export type Preset = components['schemas']['PolicyPreset'];

/** Settings with their values, the preset's name and the link rules aside. */
export type Settings = Required<Omit<Policy, 'preset' | 'link_rules'>>;

/** Name of a setting. */
export type Setting = keyof Settings;

const kinde: Settings = {
  jit: 'on',
  on_no_match: 'create',
  jit_scheme: 'silent',
  email_trust: 'never',
  untrusted_email: 'attribute_only',
  link_policy: 'prove_possession',
  link_typed_email: 'after_code',
  missing_email: 'ask_and_verify',
  attribute_sync: 'profile_only',
  group_sync: 'merge',
  managed_by_connection: false,
  username_source: 'none',
  federated_subject: 'pairwise',
  prompt_before_link: false,
  on_connection_delete: 'unlink',
};

/** The two columns of presets (kinde-and-wso2 D5). */
export const presets: Record<Preset, Settings> = {
  kinde,
  wso2: {
    ...kinde,
    jit: 'off',
    email_trust: 'when_provider_says_verified',
    link_policy: 'auto_by_rules',
    missing_email: 'allow_without',
    attribute_sync: 'override_all',
    managed_by_connection: true,
    username_source: 'handle',
    on_connection_delete: 'refuse_if_used',
  },
};

/** The values of every setting that has several, in the order in which they are offered. */
export const values: { [S in Setting as Settings[S] extends string ? S : never]: Settings[S][] } = {
  jit: ['on', 'off'],
  on_no_match: ['create', 'pass_through', 'reject'],
  jit_scheme: ['silent', 'consent', 'password_consent', 'username_password_consent'],
  email_trust: ['never', 'when_provider_says_verified', 'always'],
  untrusted_email: ['attribute_only', 'unconfirmed_identity'],
  link_policy: ['prove_possession', 'auto_if_trusted', 'auto_by_rules', 'never'],
  link_typed_email: ['after_code', 'never'],
  missing_email: ['ask_and_verify', 'ask_optional', 'allow_without', 'reject'],
  attribute_sync: ['profile_only', 'preserve_local', 'override_all', 'none'],
  group_sync: ['merge', 'override'],
  username_source: ['none', 'handle', 'email', 'external_id', 'generated'],
  federated_subject: ['pairwise', 'external'],
  on_connection_delete: ['unlink', 'refuse_if_used', 'deactivate_orphans'],
};

/** Every setting with what counts. */
export function effective(policy: Policy): Settings {
  const standard = presets[policy.preset ?? 'kinde'];
  const named = Object.entries(policy).filter(([name, value]) => name in standard && (value as unknown) !== undefined && (value as unknown) !== null);
  return { ...standard, ...Object.fromEntries(named) };
}

/** Names of the settings that a policy has otherwise than its preset. */
export function differing(policy: Policy): Setting[] {
  const [standard, now] = [presets[policy.preset ?? 'kinde'], effective(policy)];
  return (Object.keys(standard) as Setting[]).filter((name) => standard[name] !== now[name]);
}

/** The policy with some settings; those that are as in the preset need not be named. */
export function withSettings(policy: Policy, changed: Partial<Settings>): Policy {
  const standard = presets[policy.preset ?? 'kinde'];
  const next: Record<string, unknown> = { ...policy, ...changed };
  for (const [name, value] of Object.entries(standard)) {
    if (next[name] === value) {
      Reflect.deleteProperty(next, name);
    }
  }

  return next;
}

/** Who may come in, in plain words (ux 2.5, step 4): each answer stands for a few settings. */
export const plain = {
  first: {
    create: { jit: 'on', on_no_match: 'create' },
    known: { jit: 'on', on_no_match: 'reject' },
    nobody: { jit: 'on', on_no_match: 'reject', link_policy: 'never', link_typed_email: 'never' },
    without: { jit: 'off' },
  },
  email: {
    ask: { link_policy: 'prove_possession', email_trust: 'never' },
    trusted: { link_policy: 'auto_if_trusted', email_trust: 'when_provider_says_verified' },
    never: { link_policy: 'never' },
  },
  missing: {
    ask_and_verify: { missing_email: 'ask_and_verify' },
    ask_optional: { missing_email: 'ask_optional' },
    allow_without: { missing_email: 'allow_without' },
    reject: { missing_email: 'reject' },
  },
  sync: {
    profile_only: { attribute_sync: 'profile_only' },
    preserve_local: { attribute_sync: 'preserve_local' },
    override_all: { attribute_sync: 'override_all' },
    none: { attribute_sync: 'none' },
  },
} as const satisfies Record<string, Record<string, Partial<Settings>>>;

/** The questions. */
export type Question = keyof typeof plain;

/** The answer that a policy gives to a question; null where it is none of the plain ones. */
export function answerOf(policy: Policy, question: Question): string | null {
  const now = effective(policy);
  switch (question) {
    case 'first':
      return now.jit === 'off' ? 'without' : now.on_no_match === 'create' ? 'create' : now.on_no_match === 'pass_through' ? null : now.link_policy === 'never' && now.link_typed_email === 'never' ? 'nobody' : 'known';
    case 'email':
      return now.link_policy === 'never' ? 'never' : now.link_policy === 'prove_possession' || now.email_trust === 'never' ? 'ask' : 'trusted';
    case 'missing':
      return now.missing_email;
    case 'sync':
      return now.attribute_sync;
  }
}

/** The policy after an answer. */
export function answered(policy: Policy, question: Question, answer: string): Policy {
  const settings: Partial<Settings> = (plain[question] as Record<string, Partial<Settings>>)[answer] ?? {};
  const now = effective(policy);
  // Somebody who is to be known by an address must be able to prove it.
  const opened = question === 'first' && answer === 'known' && now.link_policy === 'never' ? { link_policy: 'prove_possession', link_typed_email: 'after_code' } as const : {};
  return withSettings(policy, { ...settings, ...opened });
}

using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>Named sets of policy settings (D5).</summary>
[JsonConverter(typeof(WireNameConverter<PolicyPreset>))]
public enum PolicyPreset
{
    /// <summary><c>kinde</c>: a local user for everybody, an address is asked for and proven.</summary>
    Kinde,

    /// <summary><c>wso2</c>: local users are optional, the provider's word counts.</summary>
    Wso2,
}

/// <summary>What happens to a person nobody matches, while <c>jit</c> is on (D2, <c>on_no_match</c>).</summary>
[JsonConverter(typeof(WireNameConverter<OnNoMatch>))]
public enum OnNoMatch
{
    /// <summary><c>create</c>: a local user is created.</summary>
    Create,

    /// <summary><c>pass_through</c>: signed in without a local user, as with <c>jit: off</c>.</summary>
    PassThrough,

    /// <summary><c>reject</c>: turned away.</summary>
    Reject,
}

/// <summary>What a person is asked when an account is created (D2, <c>jit_scheme</c>).</summary>
[JsonConverter(typeof(WireNameConverter<JitScheme>))]
public enum JitScheme
{
    /// <summary><c>silent</c>: nothing.</summary>
    Silent,

    /// <summary><c>consent</c>: whether to create it.</summary>
    Consent,

    /// <summary><c>password_consent</c>: a password, and whether to create it.</summary>
    PasswordConsent,

    /// <summary><c>username_password_consent</c>: a username, a password, and whether to create it.</summary>
    UsernamePasswordConsent,
}

/// <summary>Whether the provider's address counts as confirmed (D2, <c>email_trust</c>).</summary>
[JsonConverter(typeof(WireNameConverter<EmailTrust>))]
public enum EmailTrust
{
    /// <summary><c>never</c>: only a code sent by this server confirms.</summary>
    Never,

    /// <summary><c>when_provider_says_verified</c>: if the provider marks it as verified.</summary>
    WhenProviderSaysVerified,

    /// <summary><c>always</c>: whatever the provider sends. Needs a typed confirmation and is part of no preset.</summary>
    Always,
}

/// <summary>What is stored of an address that does not count as confirmed (D2, <c>untrusted_email</c>).</summary>
[JsonConverter(typeof(WireNameConverter<UntrustedEmail>))]
public enum UntrustedEmail
{
    /// <summary><c>attribute_only</c>: a plain attribute of the linked identity.</summary>
    AttributeOnly,

    /// <summary><c>unconfirmed_identity</c>: an email identity that is not confirmed yet.</summary>
    UnconfirmedIdentity,
}

/// <summary>What happens when the provider's address or a rule matches a local user (D3).</summary>
[JsonConverter(typeof(WireNameConverter<LinkPolicy>))]
public enum LinkPolicy
{
    /// <summary><c>never</c>: a separate user.</summary>
    Never,

    /// <summary><c>prove_possession</c>: a code sent to the address links.</summary>
    ProvePossession,

    /// <summary><c>auto_if_trusted</c>: linked at once when the address is trusted, otherwise after a code.</summary>
    AutoIfTrusted,

    /// <summary><c>auto_by_rules</c>: the link rules decide; what they compare must be proven on both sides, otherwise a code.</summary>
    AutoByRules,
}

/// <summary>What happens when an address typed by the person matches a local user (D2, <c>link_typed_email</c>).</summary>
[JsonConverter(typeof(WireNameConverter<LinkTypedEmail>))]
public enum LinkTypedEmail
{
    /// <summary><c>after_code</c>: linked once the code is right.</summary>
    AfterCode,

    /// <summary><c>never</c>: another address is asked for.</summary>
    Never,
}

/// <summary>What happens when the provider sends no address (D2, <c>missing_email</c>).</summary>
[JsonConverter(typeof(WireNameConverter<MissingEmail>))]
public enum MissingEmail
{
    /// <summary><c>ask_and_verify</c>: asked for once and proven by a code.</summary>
    AskAndVerify,

    /// <summary><c>ask_optional</c>: asked for once; the person may skip it.</summary>
    AskOptional,

    /// <summary><c>allow_without</c>: goes on without.</summary>
    AllowWithout,

    /// <summary><c>reject</c>: turned away.</summary>
    Reject,
}

/// <summary>What later sign-ins copy to the local user (D2, <c>attribute_sync</c>).</summary>
[JsonConverter(typeof(WireNameConverter<AttributeSync>))]
public enum AttributeSync
{
    /// <summary><c>none</c>: nothing.</summary>
    None,

    /// <summary><c>preserve_local</c>: what is sent replaces, what is not sent stays.</summary>
    PreserveLocal,

    /// <summary><c>override_all</c>: what is sent replaces, what is not sent goes.</summary>
    OverrideAll,

    /// <summary><c>profile_only</c>: given name, family name and picture.</summary>
    ProfileOnly,
}

/// <summary>What later sign-ins do to groups (D2, <c>group_sync</c>).</summary>
[JsonConverter(typeof(WireNameConverter<GroupSync>))]
public enum GroupSync
{
    /// <summary><c>merge</c>: groups are added.</summary>
    Merge,

    /// <summary><c>override</c>: groups become those the provider sends.</summary>
    Override,
}

/// <summary>Where the username of a new account comes from (D2, <c>username_source</c>).</summary>
[JsonConverter(typeof(WireNameConverter<UsernameSource>))]
public enum UsernameSource
{
    /// <summary><c>none</c>: the account has none.</summary>
    None,

    /// <summary><c>handle</c>: the handle, with a suffix where it is taken.</summary>
    Handle,

    /// <summary><c>email</c>: the address.</summary>
    Email,

    /// <summary><c>external_id</c>: the provider's id.</summary>
    ExternalId,

    /// <summary><c>generated</c>: a random name.</summary>
    Generated,
}

/// <summary>Value of <c>sub</c> when there is no local user (D2, <c>federated_subject</c>).</summary>
[JsonConverter(typeof(WireNameConverter<FederatedSubject>))]
public enum FederatedSubject
{
    /// <summary><c>pairwise</c>: a keyed hash of connection and external id.</summary>
    Pairwise,

    /// <summary><c>external</c>: the external id itself.</summary>
    External,
}

/// <summary>What happens when a connection is deleted (D2, <c>on_connection_delete</c>).</summary>
[JsonConverter(typeof(WireNameConverter<OnConnectionDelete>))]
public enum OnConnectionDelete
{
    /// <summary><c>refuse_if_used</c>: refused while an application offers it.</summary>
    RefuseIfUsed,

    /// <summary><c>unlink</c>: its identities go, the accounts stay.</summary>
    Unlink,

    /// <summary><c>deactivate_orphans</c>: as unlink, and accounts left without any way in are blocked.</summary>
    DeactivateOrphans,
}
